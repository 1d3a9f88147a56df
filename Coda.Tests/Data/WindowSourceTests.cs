using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Data.Windows;
using Coda.Tests.Archives;

namespace Coda.Tests.Data;

/// <summary>Windows: what they hold, and what lies beyond the record.</summary>
[TestClass]
public sealed class WindowSourceTests
{
    private const int Sites = 3;
    private const long First = 10;
    private const long Last = 29;

    [TestMethod]
    public void AWindowHoldsTheStepsAroundItsCentreAndNothingBeyondTheRecord()
    {
        var source = new WindowSource(Archive(), 4);
        Assert.AreEqual((9, 27), (source.Length, source.Size));
        for (var centre = First; centre <= Last; centre++)
        {
            var values = source.Values(1, centre);
            var mask = source.Mask(1, centre);
            Assert.AreEqual((source.Size, source.Size), (values.Length, mask.Length));
            for (var i = 0; i < source.Size; i++)
            {
                var (step, site) = (centre - 4 + (i / Sites), i % Sites);
                var seen = step is >= First and <= Last && IsObserved(step, site);
                Assert.AreEqual(seen ? 1 : 0, mask[i], $"mask at step {step}, site {site} around {centre}");
                Assert.AreEqual(seen ? Value(1, step, site) : 0, values[i], $"value at step {step}, site {site} around {centre}");
            }
        }
    }

    [TestMethod]
    public void AWindowOfOneStepIsThatStep()
    {
        var source = new WindowSource(Archive(), 0);
        Assert.AreEqual(Value(0, 15, 2), source.Values(0, 15)[2]);
        Assert.AreEqual(Sites, source.Size);
    }

    [TestMethod]
    public void WithheldObservationsAreInNoWindow()
    {
        var description = ArchiveExamples.Description(Sites, 20, 2, First) with { Withheld = new Withholding(0.3, 5) };
        var source = new WindowSource(new MemoryArchive(description, Stretches()), 19);
        var seen = 0;
        for (var i = 0; i < source.Size; i++)
        {
            var (step, site) = (First - 19 + (i / Sites), i % Sites);
            if (description.Steps.Contains(step) && IsObserved(step, site))
            {
                Assert.AreEqual(description.Withheld.Contains(0, step, site) ? 0 : 1, source.Mask(0, First)[i]);
                seen += (int)source.Mask(0, First)[i];
            }
        }

        Assert.IsTrue(seen is > 15 and < 40, $"{seen} seen");
    }

    [TestMethod]
    public void CentresOutsideTheRecordAreRefused()
    {
        var source = new WindowSource(Archive(), 4);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => source.Values(0, First - 1).Length).Message, "Expected a step in [10, 30)");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => source.Mask(0, Last + 1).Length);
    }

    [TestMethod]
    public void ARecordShorterThanHalfAWindowIsRefused()
    {
        _ = new WindowSource(Archive(), 19);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => new WindowSource(Archive(), 20));
        StringAssert.Contains(fault.Message, "Expected a record of at least 21 steps (half a window of half-width 20), got 20");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new WindowSource(Archive(), -1));
    }

    [TestMethod]
    public void ThreadsSeeTheSameWindows()
    {
        var source = new WindowSource(Archive(), 4);
        var faults = 0;
        Parallel.For(0, 400, i =>
        {
            var (trajectory, centre) = (i % 2, First + (i % 20));
            if (source.Values(trajectory, centre)[12] != (IsObserved(centre, 0) ? Value(trajectory, centre, 0) : 0))
            {
                Interlocked.Increment(ref faults);
            }
        });
        Assert.AreEqual(0, faults);
    }

    private static bool IsObserved(long step, int site) => (step + site) % 4 != 0;

    private static float Value(int trajectory, long step, int site) => (1000 * trajectory) + step + (site / 10f);

    private static MemoryArchive Archive() =>
        new(ArchiveExamples.Description(Sites, 20, 2, First) with { Steps = new StepRange(First, Last + 1) }, Stretches());

    private static IEnumerable<ObservationStretch> Stretches()
    {
        for (var trajectory = 0; trajectory < 2; trajectory++)
        {
            var stretch = new ObservationStretch(trajectory, new StepRange(First, Last + 1), Sites);
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var (step, site) = (First + (i / Sites), i % Sites);
                (stretch.Mask[i], stretch.Values[i]) = IsObserved(step, site) ? (1, Value(trajectory, step, site)) : (0, 0);
            }

            yield return stretch;
        }
    }
}
