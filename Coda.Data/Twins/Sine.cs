using Coda.Data.Foundation;

namespace Coda.Data.Twins;

/// <summary>A seasonal cycle: mean + amplitude · sin(2π (t / period + phase)), the same for every entry.</summary>
public sealed class Sine : ForcingSource
{
    private readonly Options _options;

    /// <summary>Makes the source.</summary>
    /// <param name="options">The cycle.</param>
    /// <exception cref="ArgumentException">A period that is not greater than 0, or numbers that are not finite.</exception>
    public Sine(Options options)
    {
        new Faults("sine")
            .Require(double.IsFinite(options.Mean), nameof(options.Mean), "a finite number", options.Mean)
            .Require(double.IsFinite(options.Amplitude), nameof(options.Amplitude), "a finite number", options.Amplitude)
            .Require(double.IsFinite(options.Period) && options.Period > 0, nameof(options.Period), "a finite number greater than 0", options.Period)
            .Require(double.IsFinite(options.Phase), nameof(options.Phase), "a finite number", options.Phase)
            .ThrowIfAny();
        _options = options;
    }

    /// <inheritdoc/>
    public override double At(double time, int entry) =>
        _options.Mean + (_options.Amplitude * Math.Sin(2 * Math.PI * ((time / _options.Period) + _options.Phase)));

    /// <summary>The cycle.</summary>
    public sealed record Options
    {
        /// <summary>The mean.</summary>
        public double Mean { get; init; }

        /// <summary>The greatest departure from it.</summary>
        public double Amplitude { get; init; } = 1;

        /// <summary>The length of a cycle, in units of the system's time.</summary>
        public double Period { get; init; } = 1;

        /// <summary>The share of a cycle that is over at time 0.</summary>
        public double Phase { get; init; }
    }
}
