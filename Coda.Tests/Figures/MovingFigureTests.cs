using System.Buffers.Binary;
using System.Text;
using Coda.Figures.Drawing;
using Coda.Tests.Archives;
using SkiaSharp;

namespace Coda.Tests.Figures;

[TestClass]
public sealed class MovingFigureTests
{
    [TestMethod]
    public void AMovingPictureIsAPngOfAllFramesWithRightChecksums()
    {
        using var folder = new TemporaryDirectory();
        var figure = FigureExamples.ByMethod["MovingMap"]();
        figure.Write(folder.File("moving.png"));
        var bytes = File.ReadAllBytes(folder.File("moving.png"));
        using var first = SKBitmap.Decode(bytes);
        Assert.AreEqual(figure.Size.Width, first.Width, "Programs that know no motion show the first frame.");
        using var still = SKBitmap.Decode(figure.Frames[0].ToPng());
        CollectionAssert.AreEqual(still.Bytes, first.Bytes);

        var chunks = Chunks(bytes).ToList();
        string[] types = [.. chunks.Select(c => c.Type)];
        Assert.IsLessThan(Array.IndexOf(types, "IDAT"), Array.IndexOf(types, "acTL"));
        Assert.AreEqual("IEND", types[^1]);
        Assert.AreEqual(3, types.Count(type => type == "fcTL"));
        Assert.AreEqual(3u, BinaryPrimitives.ReadUInt32BigEndian(chunks.Single(c => c.Type == "acTL").Data));
        var numbers = chunks.Where(c => c.Type is "fcTL" or "fdAT").Select(c => BinaryPrimitives.ReadUInt32BigEndian(c.Data)).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(0, numbers.Count).Select(i => (uint)i).ToArray(), numbers);
        var shown = chunks.Where(c => c.Type == "fcTL").Sum(c => BinaryPrimitives.ReadUInt16BigEndian(c.Data.AsSpan(20)));
        Assert.IsLessThan(5000, shown, "What moves longer needs a switch.");
    }

    [TestMethod]
    public void AFrameIsThePictureOfItsTimeInTheRangeOfAll()
    {
        // Frames are read back as pictures of their own.
        var figure = FigureExamples.ByMethod["MovingMap"]();
        var moving = figure.ToMovingPng();
        var (header, data) = (Chunks(moving).First(c => c.Type == "IHDR"), Chunks(moving).Where(c => c.Type == "fdAT").Select(c => c.Data[4..]).ToList());
        Assert.IsNotEmpty(header.Data);
        var expected = figure.Frames.Skip(1).SelectMany(frame => Chunks(frame.ToPng()).Where(c => c.Type == "IDAT").Select(c => c.Data)).ToList();
        Assert.HasCount(expected.Count, data);
        foreach (var (one, other) in expected.Zip(data))
        {
            CollectionAssert.AreEqual(one, other);
        }

        CollectionAssert.AreNotEqual(figure.Frames[0].ToPng(), figure.Frames[2].ToPng());
    }

    [TestMethod]
    public void WhoWantsLessMotionOrPrintsSeesAPictureThatStandsStill()
    {
        var markup = FigureMarkup.Of(FigureExamples.ByMethod["MovingMap"]());
        Assert.Contains("media=\"print, (prefers-reduced-motion: reduce)\"", markup);
        Assert.DoesNotContain("reduced-motion", FigureMarkup.Of(FigureExamples.ByMethod["Map"]()));
    }

    // Type and content of every chunk; the checksum is computed bit by bit.
    private static IEnumerable<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var crc = uint.MaxValue;
            foreach (var value in png.AsSpan(at + 4, length + 4))
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
                }
            }

            Assert.AreEqual(~crc, BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            yield return (Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]);
            at += length + 12;
        }
    }
}
