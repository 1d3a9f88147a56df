using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Additions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Data;

/// <summary>Forcing reaches the stages of an integrator, and the archive keeps it.</summary>
[TestClass]
public sealed class ForcingTests
{
    private static readonly ForcingDefinition[] Series = [new("F")];

    private static TwinExperiment Twin => ExampleTwins.Lorenz96(steps: 40) with { System = new Component("forced-lorenz96"), Forcing = Cycles };

    private static Dictionary<string, Component> Cycles => new() { ["F"] = ForcedTwins.Cycle(8, 3, 2) };

    [TestMethod]
    [DataRow("runge-kutta4", 1e-9)]
    [DataRow("heun", 2e-5)]
    [DataRow("euler", 1e-2)]
    public void AnIntegratorSeesTheTimeOfItsStages(string name, double tolerance)
    {
        // dx/dt = 3 t² by the time since step 0, from 0 to 1: x = 1.
        var (ops, integrator, forcing) = (new BufferAlgebra<double>(), Integrator.Catalog.Create(new Component(name)), new[] { ForcingDefinition.Time });
        var x = ops.Field(ops.Constant([0.0]));
        for (var step = 0; step < 200; step++)
        {
            var p = ParameterValues<NdArray<double>>.Constants(ops, new Dictionary<string, double>())
                .Forced(forcing, ops.From([step / 200.0, (step + 1) / 200.0], 2, 1));
            x = integrator.Advance((_, c) => 3 * (p.At(c)["time"] * p.At(c)["time"]), x, 1 / 200.0);
        }

        Assert.AreEqual(1, x.Value.Span[0], tolerance);
    }

    [TestMethod]
    public void ThePendulumIsItsEquation()
    {
        var system = new DrivenPendulum(new DrivenPendulum.Options { Damping = 0.3, Amplitude = 1.2, Frequency = 0.5 });
        var ops = new BufferAlgebra<double>();
        var p = new ParameterValues<NdArray<double>>(ops, new Dictionary<string, NdArray<double>>
        {
            ["q"] = ops.Constant(0.3), ["g"] = ops.Constant(1.2), ["f"] = ops.Constant(0.5), ["time"] = ops.Constant(3.0),
        });
        var tendency = system.Tendency(ops.Field(ops.Constant([0.7, -0.4])), p).Value.Span;
        Assert.AreEqual(-0.4, tendency[0]);
        Assert.AreEqual((0.3 * 0.4) - Math.Sin(0.7) + (1.2 * Math.Cos(1.5)), tendency[1], 1e-14);
    }

    [TestMethod]
    public void AFreePendulumLosesEnergyAndADrivenOneDoesNot()
    {
        double Energy(double amplitude)
        {
            var system = new Component("driven-pendulum", new() { ["amplitude"] = amplitude });
            var twin = new TwinExperiment { System = system, StepLength = 0.05, StepCount = 400, SpinUpSteps = 0 };
            var last = twin.Truth().Last();
            var (theta, omega) = (last.States.Span[^2], last.States.Span[^1]);
            return (0.5 * omega * omega) + 1 - Math.Cos(theta);
        }

        Assert.IsLessThan(1e-3, Energy(0));
        Assert.IsGreaterThan(0.05, Energy(1.5));
    }

    [TestMethod]
    public void AnArchiveKeepsItsForcing()
    {
        using var folder = new TemporaryDirectory();
        using (var made = ParquetArchive.Create(folder.Path, Twin.Describe()))
        {
            made.WriteStates(ArchiveTable.Forcing, Twin.ForcingRows(stepsAfter: 10));
            made.WriteObservations(Twin.Observations());
        }

        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
        Assert.AreEqual(Series[0], archive.Description.Forcing!.Single());
        Assert.AreEqual(2 * 50, archive.RowCount(ArchiveTable.Forcing));
        var values = new float[3];
        ForcingSeries.Of(Series, archive)!.Fill(1, 47, values.AsSpan());
        Agree([47, 48, 49], values);
        ForcingSeries.Of(Series, PlausibleObservations.Of(archive))!.Fill(0, 0, values.AsSpan());
        Agree([0, 1, 2], values);

        static void Agree(long[] steps, float[] values) =>
            CollectionAssert.AreEqual(steps.Select(k => (float)(8 + (3 * Math.Sin(2 * Math.PI * k * 0.01 / 2)))).ToArray(), values);
    }

    [TestMethod]
    public void WhateverWrapsAnArchiveHandsTheForcingOn()
    {
        foreach (var type in new[] { typeof(IObservationArchive), typeof(Coda.Classical.Ensemble.Enkf) }.SelectMany(t => t.Assembly.GetTypes())
            .Where(t => t.IsClass && t.IsAssignableTo(typeof(IObservationArchive))))
        {
            Assert.IsNotNull(type.GetMethod(nameof(IObservationArchive.ReadForcing)), type.Name);
        }
    }

    [TestMethod]
    public void TheTimeNeedsNoTable()
    {
        var archive = ExampleTwins.Lorenz96().Archive();
        var values = new double[4];
        ForcingSeries.Of([ForcingDefinition.Time], archive)!.Fill(0, -1, values.AsSpan());
        CollectionAssert.AreEqual(new[] { -0.01, 0, 0.01, 0.02 }, values);
        Assert.IsNull(ForcingSeries.Of([], archive));
    }

    [TestMethod]
    public void ASeriesRecursOutsideOfWhatIsKnown()
    {
        var series = ForcingSeries.Of(Series, Twin.Archive())!; // steps 0 to 139
        Assert.AreEqual(5, series.Recurring(0, 5));
        Assert.AreEqual(138, series.Recurring(0, 138));
        Assert.AreEqual(0, series.Recurring(0, 139));
        Assert.AreEqual(138, series.Recurring(0, -1));
        CollectionAssert.AreEqual(series.Over(0, 0), series.Over(0, series.Recurring(0, 139)));
    }

    [TestMethod]
    public void WhatIsMissingIsNamed()
    {
        var archive = Twin.Archive();
        Refused<ArgumentException>(() => ForcingSeries.Of([new("rain")], archive), "rain: expected a series of this name", "got only F");
        Refused<ArgumentException>(() => ForcingSeries.Of(Series, ExampleTwins.Lorenz96().Archive()), "'coda import --forcing FILE'", "without forcing");
        Refused<ArgumentException>(() => ForcingSeries.Of([new("F", Size: 3)], archive), "F: expected 3 values at a step, got 1");
        Refused<ArgumentException>(() => ForcingSeries.Of([new("F", "mm")], archive), "F: expected the unit mm, got 1");
        var series = ForcingSeries.Of(Series, archive)!;
        Refused<InvalidDataException>(() => series.Over(1, 139), "Forcing (F) of trajectory 1: expected steps [139, 141), got [0, 140).", "--forcing");
        var without = ForcingSeries.Of(Series, new MemoryArchive(archive.Description, Twin.Observations()))!;
        Refused<InvalidDataException>(() => without.Over(0, 0), "got none");
        var holed = new MemoryArchive(archive.Description, Twin.Observations())
        {
            Forcing = [.. Twin.ForcingRows().Where(b => b.Trajectory == 0).SelectMany(b => new[] { b.Row(0), b.Row(2) })],
        };
        Refused<InvalidDataException>(() => ForcingSeries.Of(Series, holed)!.Over(0, 0), "every step from 0 on, got 2 after 0");
    }

    [TestMethod]
    public void WhatCannotBeKeptIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var description = Twin.Describe();
        Refused<ArgumentException>(() => ParquetArchive.Create(folder.Path, description with { Forcing = [ForcingDefinition.Time] }), "other than 'time'");
        Refused<ArgumentException>(() => ParquetArchive.Create(folder.Path, description with { Forcing = [new("F"), new("F")] }), "a name twice");
        using var archive = ParquetArchive.Create(folder.Path, description);
        Refused<ArgumentException>(
            () => archive.WriteStates(ArchiveTable.Forcing, [new StateBlock(0, 0, 1, new[] { 1, float.NaN })]), "finite state, got NaN at step 1");
        Refused<ArgumentException>(() => archive.WriteStates(ArchiveTable.Forcing, [new StateBlock(0, 0, 2, new float[2])]), "description's 1 values, got 2");
        Refused<ArgumentException>(() => (Twin with { Forcing = null }).Describe(), "expected a source for each of F, got none");
        Refused<ArgumentException>(() => (ExampleTwins.Lorenz96() with { Forcing = Cycles }).Describe(), "'lorenz96' reads no series");
    }

    private static void Refused<TFault>(Action act, params string[] parts)
        where TFault : Exception
    {
        var message = Assert.ThrowsExactly<TFault>(act).Message;
        foreach (var part in parts)
        {
            Assert.Contains(part, message);
        }
    }
}
