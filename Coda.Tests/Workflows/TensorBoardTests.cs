using System.Buffers.Binary;
using System.Text;
using Coda.Cli;
using Coda.Data.Cards;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>The events for TensorBoard, read back by the format's own rules, are the training's history.</summary>
[TestClass]
public sealed class TensorBoardTests
{
    [TestMethod]
    public void TheEventsAreThoseOfTheHistoryAlsoOfARunThatGoesOn()
    {
        using var folder = new TemporaryDirectory();
        var (archive, model, events) = (folder.File("archive"), folder.File("model"), folder.File("events"));
        CommandRun.InProcess(Tiny.Simulate(archive, "--no-truth")).Succeeded();
        foreach (var (steps, files) in new[] { (8, 1), (8, 1), (12, 2) })
        {
            CommandRun.InProcess(Tiny.Train(archive, model, "--steps", $"{steps}", "--tensorboard", events)).Succeeded();
            Assert.HasCount(files, Directory.GetFiles(events, "events.out.tfevents.*.coda.*"), "a file for each run that takes a step");
        }

        var history = TrainingHistory.Read(model)!;
        var read = Directory.GetFiles(events).Order(StringComparer.Ordinal).Select(file => Events(File.ReadAllBytes(file))).ToList();
        Assert.IsTrue(read.All(file => file[0].Version == "brain.Event:2" && file[1].IsStart), "each file begins with version and start");
        Assert.AreEqual((1L, 9L), (read[0][1].Step, read[1][1].Step));
        var steps8 = read.SelectMany(file => file.Skip(2)).ToList();
        CollectionAssert.AreEqual(history.Steps.ToArray(), steps8.Select(e => e.Step).ToArray());
        Assert.IsTrue(steps8.All(e => e.Time is > 1.7e9 and < 1e11));
        foreach (var column in history.Columns)
        {
            var tag = column.Contains('.') ? $"{column.Split('.')[0]}/{column[(column.IndexOf('.') + 1)..]}" : column;
            CollectionAssert.AreEqual(
                history.Column(column).Where(v => !double.IsNaN(v)).Select(v => (float)v).ToArray(),
                steps8.Where(e => e.Values.ContainsKey(tag)).Select(e => e.Values[tag]).ToArray(), column);
        }

        CommandRun.InProcess(Tiny.Train(archive, folder.File("other"), "--steps", "2", "--tensorboard", Directory.GetFiles(events)[0]))
            .Failed(ExitCodes.Usage, "--tensorboard");
    }

    [TestMethod]
    public void WhatDivergedIsTakenBack()
    {
        using var folder = new TemporaryDirectory();
        using (var events = new TensorBoardEvents(folder.Path, 1, TimeProvider.System))
        {
            foreach (var step in new[] { 1, 2, 3, 2, 3, 4 })
            {
                events.Add(step, [("loss", step)]);
            }
        }

        var read = Events(File.ReadAllBytes(Directory.GetFiles(folder.Path).Single()));
        CollectionAssert.AreEqual(
            new[] { (0L, false), (1, true), (1, false), (2, false), (3, false), (2, true), (2, false), (3, false), (4, false) },
            read.Select(e => (e.Step, e.IsStart)).ToArray(), "From a start on, a reader drops what it has of its step and later ones.");
    }

    private static List<Event> Events(byte[] file)
    {
        var events = new List<Event>();
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.AreEqual(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file.AsSpan(at + 12, length);
            Assert.AreEqual(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            events.Add(EventOf(data));
            at += 12 + length + 4;
        }

        return events;
    }

    private static Event EventOf(ReadOnlySpan<byte> data)
    {
        var read = new Event();
        foreach (var (field, number, bytes) in Fields(data))
        {
            read = field switch
            {
                1 => read with { Time = BitConverter.UInt64BitsToDouble(number) },
                2 => read with { Step = (long)number },
                3 => read with { Version = Encoding.UTF8.GetString(bytes) },
                7 => read with { IsStart = Fields(bytes).Single() is (1, 1, _) },
                5 => read with
                {
                    Values = Fields(bytes).Select(value => Fields(value.Bytes)).ToDictionary(
                        value => Encoding.UTF8.GetString(value[0].Bytes), value => BitConverter.UInt32BitsToSingle((uint)value[1].Number)),
                },
                _ => throw new InvalidDataException($"field {field}"),
            };
        }

        return read;
    }

    // The fields of a protocol buffer: a number, or bytes.
    private static List<(int Field, ulong Number, byte[] Bytes)> Fields(ReadOnlySpan<byte> data)
    {
        var fields = new List<(int, ulong, byte[])>();
        for (var at = 0; at < data.Length;)
        {
            var tag = Varint(data, ref at);
            switch (tag & 7)
            {
                case 0:
                    fields.Add(((int)(tag >> 3), Varint(data, ref at), []));
                    break;
                case 1:
                    fields.Add(((int)(tag >> 3), BinaryPrimitives.ReadUInt64LittleEndian(data[at..]), []));
                    at += 8;
                    break;
                case 5:
                    fields.Add(((int)(tag >> 3), BinaryPrimitives.ReadUInt32LittleEndian(data[at..]), []));
                    at += 4;
                    break;
                default:
                    var length = (int)Varint(data, ref at);
                    fields.Add(((int)(tag >> 3), 0, data.Slice(at, length).ToArray()));
                    at += length;
                    break;
            }
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> data, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(data[at] & 0x7f) << shift;
            if (data[at++] < 0x80)
            {
                return value;
            }
        }
    }

    // Bit by bit, from the polynomial.
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }

        return (((~crc >> 15) | (~crc << 17)) + 0xa282ead8) & uint.MaxValue;
    }

    private sealed record Event
    {
        public double Time { get; init; }

        public long Step { get; init; }

        public string Version { get; init; } = "";

        public bool IsStart { get; init; }

        public IReadOnlyDictionary<string, float> Values { get; init; } = new Dictionary<string, float>();
    }
}
