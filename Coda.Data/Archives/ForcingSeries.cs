using System.Collections.Concurrent;
using System.Numerics;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>The forcing of a record at its steps, in the order in which a system or model reads it; the time is computed, the rest looked up.</summary>
/// <remarks>Holds each trajectory's series in memory from its first use on. Safe for use from several threads.</remarks>
public sealed class ForcingSeries
{
    private readonly IReadOnlyList<ForcingDefinition> _definitions;
    private readonly TimeAxis _time;
    private readonly int[] _offsets; // in a row of the table
    private readonly Func<int, IEnumerable<StateBlock>> _read;
    private readonly ConcurrentDictionary<int, Lazy<StateBlock>> _known = [];

    /// <summary>Makes the series.</summary>
    /// <param name="definitions">What is read; at least one.</param>
    /// <param name="stepLength">The time step dt.</param>
    /// <param name="stored">What a row of the table holds.</param>
    /// <param name="read">Reads a trajectory's rows; asked only where something but the time is read.</param>
    /// <exception cref="ArgumentException">The table lacks a series, or has one of another size or unit.</exception>
    internal ForcingSeries(
        IReadOnlyList<ForcingDefinition> definitions, double stepLength, IReadOnlyList<ForcingDefinition> stored, Func<int, IEnumerable<StateBlock>> read)
    {
        (_definitions, _time, _read) = (definitions, new TimeAxis(stepLength), read);
        var faults = new Faults("Forcing");
        _offsets = [.. definitions.Select(u => u.IsTime ? 0 : OffsetIn(stored, u, faults))];
        faults.ThrowIfAny();
        Channels = definitions.Sum(u => u.Size);
    }

    /// <summary>The number of values at a step.</summary>
    public int Channels { get; }

    /// <summary>The time step dt.</summary>
    public double StepLength => _time.StepLength;

    /// <summary>The forcing of an archive, as a system or model reads it.</summary>
    /// <param name="definitions">What is read.</param>
    /// <param name="archive">The record.</param>
    /// <returns>The series; <see langword="null"/> where nothing is read.</returns>
    /// <exception cref="ArgumentException">The archive's table <c>forcing</c> lacks a series, or has one of another size or unit.</exception>
    public static ForcingSeries? Of(IReadOnlyList<ForcingDefinition> definitions, IObservationArchive archive)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(archive);
        return definitions.Count == 0
            ? null
            : new ForcingSeries(definitions, archive.Description.StepLength, archive.Description.Forcing ?? [], archive.ReadForcing);
    }

    /// <summary>The forcing of one trajectory, 0, that is at hand.</summary>
    /// <param name="definitions">What is read.</param>
    /// <param name="stepLength">The time step dt.</param>
    /// <param name="rows">The values at consecutive steps, as defined but for the time.</param>
    /// <returns>The series; <see langword="null"/> where nothing is read.</returns>
    public static ForcingSeries? Of(IReadOnlyList<ForcingDefinition> definitions, double stepLength, StateBlock rows)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        return definitions.Count == 0 ? null : new ForcingSeries(definitions, stepLength, [.. definitions.Where(u => !u.IsTime)], _ => [rows]);
    }

    /// <summary>Refuses steps whose forcing is not known.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="InvalidDataException">The table does not cover these steps.</exception>
    /// <exception cref="ArchiveFormatException">The table is missing, or holds a value that is not finite.</exception>
    public void Require(int trajectory, StepRange steps)
    {
        if (IsTimeOnly)
        {
            return;
        }

        var series = Known(trajectory);
        var known = new StepRange(series.FirstStep, series.FirstStep + series.Count);
        if (steps.Intersect(known) != steps)
        {
            throw new InvalidDataException(
                $"Forcing ({string.Join(", ", _definitions.Select(u => u.Name))}) of trajectory {trajectory}: expected steps {steps}, got "
                    + $"{(series.Count == 0 ? "none" : $"{known}")}. Import a series that covers them (--forcing), or take fewer steps or shorter leads.");
        }
    }

    /// <summary>Copies the forcing of consecutive steps.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="first">The first step.</param>
    /// <param name="values">Takes the values; its length says how many steps. [time, channel]</param>
    /// <exception cref="InvalidDataException">The table does not cover these steps.</exception>
    /// <exception cref="ArchiveFormatException">The table is missing, or holds a value that is not finite.</exception>
    public void Fill<F>(int trajectory, long first, Span<F> values)
        where F : IFloatingPoint<F>
    {
        var count = values.Length / Channels;
        Require(trajectory, new StepRange(first, first + count));
        for (var row = 0; row < count; row++)
        {
            Row(trajectory, first + row, values.Slice(row * Channels, Channels));
        }
    }

    /// <summary>The forcing over one step, as maps take it for all states of a batch. [2, channel]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The step that the states are at.</param>
    /// <exception cref="InvalidDataException">The table does not cover this step and the next.</exception>
    public double[] Over(int trajectory, long step)
    {
        var values = new double[2 * Channels];
        Fill(trajectory, step, values.AsSpan());
        return values;
    }

    /// <summary>A step whose forcing is known, and that of the next: the step itself where it is, else one that repeats what is known over and over, for
    /// runs outside the record such as spin-ups.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="InvalidDataException">The table has less than two steps of this trajectory.</exception>
    public long Recurring(int trajectory, long step)
    {
        if (IsTimeOnly)
        {
            return step;
        }

        var series = Known(trajectory);
        Require(trajectory, new StepRange(series.FirstStep, series.FirstStep + 2));
        var (offset, length) = (step - series.FirstStep, series.Count - 1L);
        return series.FirstStep + (((offset % length) + length) % length);
    }

    private bool IsTimeOnly => _definitions.All(u => u.IsTime);

    private static int OffsetIn(IReadOnlyList<ForcingDefinition> stored, ForcingDefinition wanted, Faults faults)
    {
        var offset = 0;
        foreach (var series in stored)
        {
            if (series.Name == wanted.Name)
            {
                faults
                    .Require(series.Size == wanted.Size, wanted.Name, $"{wanted.Size} values at a step", series.Size)
                    .Require(series.Unit == wanted.Unit || wanted.Unit == "1", wanted.Name, $"the unit {wanted.Unit}", series.Unit);
                return offset;
            }

            offset += series.Size;
        }

        var there = stored.Count == 0 ? "an archive without forcing" : $"only {string.Join(", ", stored.Select(s => s.Name))}";
        faults.Require(false, wanted.Name, "a series of this name in the archive's table 'forcing', which 'coda import --forcing FILE' and "
            + "'coda simulate' write", there);
        return 0;
    }

    private void Row<F>(int trajectory, long step, Span<F> values)
        where F : IFloatingPoint<F>
    {
        var channel = 0;
        for (var i = 0; i < _definitions.Count; i++)
        {
            var target = values.Slice(channel, _definitions[i].Size);
            if (_definitions[i].IsTime)
            {
                target[0] = F.CreateTruncating(_time.TimeOf(step));
            }
            else
            {
                var series = Known(trajectory);
                var row = series.States.Span.Slice(((int)(step - series.FirstStep) * series.StateSize) + _offsets[i], target.Length);
                for (var k = 0; k < target.Length; k++)
                {
                    target[k] = F.CreateTruncating(row[k]);
                }
            }

            channel += target.Length;
        }
    }

    private StateBlock Known(int trajectory) => _known.GetOrAdd(trajectory, t => new(() => Joined(t))).Value;

    private StateBlock Joined(int trajectory)
    {
        var blocks = _read(trajectory).ToList();
        for (var i = 1; i < blocks.Count; i++)
        {
            var expected = blocks[i - 1].FirstStep + blocks[i - 1].Count;
            if (blocks[i].FirstStep != expected)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Forcing of trajectory {trajectory}: expected every step from {blocks[0].FirstStep} on, got {blocks[i].FirstStep} after {expected - 1}. ")
                    + "Fill the gap, and import the series again.");
            }
        }

        var width = blocks.Count > 0 ? blocks[0].StateSize : 1;
        new MemoryNeed("Forcing").AddArray("a trajectory's series", sizeof(float), blocks.Sum(b => (double)b.Count), width).Require("Take a shorter one.");
        var (values, at) = (new float[blocks.Sum(b => b.States.Length)], 0);
        foreach (var block in blocks)
        {
            block.States.Span.CopyTo(values.AsSpan(at));
            at += block.States.Length;
        }

        return new StateBlock(trajectory, blocks.Count > 0 ? blocks[0].FirstStep : 0, width, values);
    }
}
