using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The finite-size ensemble Kalman filter: an ETKF whose prior inflation follows, at every step, from the ensemble's finite size.</summary>
/// <remarks>
/// Bocquet (2011), doi:10.5194/npg-18-735-2011, in the dual form of Bocquet, Raanes and Hannart (2015), doi:10.5194/npg-22-645-2015: the prior's unknown scale
/// l minimizes Σ (u_i·d)² / (1 + l² λ_i) + ε (N - 1) / l² + c (N - 1) ln l², with their correction of the hyperprior's mode (after eq. 36). A filter: an
/// analysis uses its own and earlier steps.
/// </remarks>
[System.ComponentModel.Description("The finite-size ensemble Kalman filter, which finds its own inflation.")]
public sealed class EnkfN : EnsembleMethod
{
    private const int MostIterations = 100;

    private readonly Options _options;

    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    public EnkfN(AnalysisContext context, Options options)
        : base(context, options) => _options = options;

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => Setting.Analyze(
        this, archive, request, UpdateOf(_options.Members, _options.Nullity, _options.Certainty), _options.Rotation, isAdaptive: true);

    /// <summary>The ETKF of the inflated prior, l A.</summary>
    /// <param name="members">The number of members N.</param>
    /// <param name="nullity">The dimension g of the anomalies' null space that the hyperprior counts.</param>
    /// <param name="certainty">The factor on the hyperprior's exponent.</param>
    internal static EnsembleUpdate UpdateOf(int members, int nullity = 0, double certainty = 1) =>
        (EnsembleSpectrum spectrum, EnsembleObservations observations, ref CounterRandom random, EnsembleTransform transform) =>
    {
        var square = PriorScale(spectrum, members, nullity, certainty); // l²
        transform.Set(spectrum, l => square / (1 + (square * l)), l => 1 / Math.Sqrt(1 + (square * l)));
        transform.Inflate(Math.Sqrt(square));
    };

    /// <summary>The l² that minimizes the dual cost, found over u = ln l² by Newton's method within a bracket.</summary>
    internal static double PriorScale(EnsembleSpectrum spectrum, int members, int nullity = 0, double certainty = 1)
    {
        var (n1, unseen) = (members - 1.0, members - spectrum.Count);
        var (scale, rate) = ((members + 1.0) / members, (members + nullity) / n1);
        var seen = spectrum.Eigenvalues.AsSpan(0, spectrum.Count);
        var prior = (double)unseen;
        foreach (var l in seen)
        {
            prior += 1 / (1 + l);
        }

        var correction = Math.Sqrt(Math.Pow(scale / rate, prior / members));
        (scale, rate) = (certainty * n1 * scale / correction, certainty * n1 * rate * correction);
        var (low, high, u) = (-1.0, 1.0, 0.0);
        while (Slope(spectrum, low, scale, rate).First > 0)
        {
            low *= 2;
        }

        while (Slope(spectrum, high, scale, rate).First < 0)
        {
            high *= 2;
        }

        for (var iteration = 0; iteration < MostIterations && high - low > 1e-10; iteration++)
        {
            var (first, second) = Slope(spectrum, u, scale, rate);
            (low, high) = first < 0 ? (u, high) : (low, u);
            var next = u - (first / second);
            if (Math.Abs(next - u) < 1e-9)
            {
                break;
            }

            u = second > 0 && next > low && next < high ? next : (low + high) / 2;
        }

        return Math.Exp(u);
    }

    // The first two derivatives of the cost with respect to u = ln l².
    private static (double First, double Second) Slope(EnsembleSpectrum spectrum, double u, double scale, double rate)
    {
        var square = Math.Exp(u);
        var (first, second) = (rate - (scale / square), scale / square);
        for (var i = 0; i < spectrum.Count; i++)
        {
            var gain = square * spectrum.Eigenvalues[i];
            var misfit = spectrum.Innovation[i] * spectrum.Innovation[i] * gain / ((1 + gain) * (1 + gain));
            first -= misfit;
            second -= misfit * (1 - gain) / (1 + gain);
        }

        return (first, second);
    }

    /// <summary>Ensemble and forecast model; no inflation is needed but for model error.</summary>
    public sealed record Options : EnsembleOptions
    {
        /// <summary>The dimension g of the anomalies' null space that the hyperprior counts, at least 0.</summary>
        public int Nullity { get; init; }

        /// <summary>The factor on the hyperprior's exponent, as if the ensemble were so many times larger; greater than 0, 1 in the papers. The excess
        /// inflation falls about as its inverse.</summary>
        [Tuned(1, 2)]
        public double Certainty { get; init; } = 1;

        /// <summary>Whether the analyzed anomalies are turned by a random rotation that keeps mean and covariance.</summary>
        public bool Rotation { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Nullity >= 0, nameof(Nullity), "at least 0", Nullity)
            .Require(Certainty is > 0 and < double.PositiveInfinity, nameof(Certainty), "a number greater than 0", Certainty);
    }
}
