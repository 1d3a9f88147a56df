using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;

namespace Coda.Tests.Classical.Variational;

/// <summary>A Lorenz-96 whose forcing jumps in the middle of the record.</summary>
internal static class RegimeTwin
{
    public static MemoryArchive Archive(int size, int steps, double before, double after)
    {
        var random = new CounterRandom(6);
        var state = new float[size];
        state[0] = 1;
        Run(before, 1000, _ => { });
        var stretch = new ObservationStretch(0, new StepRange(0, steps), size);
        var row = 0;
        Run(before, steps / 2, Observe);
        Run(after, steps - (steps / 2), Observe);
        var named = new TwinExperiment { System = System(before), StepCount = steps };
        return new MemoryArchive(named.Describe(), [stretch]);

        void Run(double forcing, int count, Action<float[]> look)
        {
            var model = new SimulatorModel(new Simulator(DynamicalSystem.Catalog.Create(System(forcing)), new RungeKutta4(new()), 0.01));
            for (var k = 0; k < count; k++)
            {
                look(state);
                model.Advance(state, state, 1);
            }
        }

        void Observe(float[] x)
        {
            for (var i = row * size; i < (row + 1) * size; i++)
            {
                (stretch.Mask[i], stretch.Values[i]) = random.NextUniform() < 0.5 ? (1, x[i % size] + (float)random.NextGaussian()) : (0, 0);
            }

            row++;
        }

        Component System(double forcing) => new("lorenz96", new() { ["size"] = size, ["forcing"] = forcing });
    }
}
