using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Classical.Variational.Members;

/// <summary>Observations, each plus a draw of its error, on the scale on which errors are additive.</summary>
internal sealed class PerturbedObservations : ObservationView
{
    private const long Stream = 0x9A0;

    private readonly ErrorVariance _noise;
    private readonly ulong _seed;
    private readonly int _member;

    private PerturbedObservations(PlausibleObservations archive, ErrorVariance noise, ulong seed, int member)
        : base(archive) => (_noise, _seed, _member) = (noise, seed, member);

    /// <summary>Perturbs observations after they were checked.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="sigma">The standard deviation of their errors, in place of the archive's.</param>
    /// <param name="seed">The seed of all members.</param>
    /// <param name="member">The member, whose draws are a pure function of its number, trajectory and step.</param>
    public static PlausibleObservations Of(IObservationArchive archive, double? sigma, ulong seed, int member) => new(
        new PerturbedObservations(PlausibleObservations.Of(archive), new ErrorVariance(sigma, archive.Description.Sigma), seed, member),
        double.PositiveInfinity);

    /// <inheritdoc/>
    protected override ObservationStretch View(ObservationStretch stretch)
    {
        var perturbed = new ObservationStretch(stretch.Trajectory, stretch.Steps, stretch.SiteCount) { Sigma = stretch.Sigma };
        stretch.Mask.CopyTo(perturbed.Mask, 0);
        for (var k = 0; k < stretch.Steps.Count; k++)
        {
            var random = new CounterRandom(_seed, Stream, _member, stretch.Trajectory, stretch.Steps.Start + k);
            for (var i = k * stretch.SiteCount; i < (k + 1) * stretch.SiteCount; i++)
            {
                var draw = random.NextGaussian(); // of every site, so that which are observed changes no other's
                if (stretch.Mask[i] != 0)
                {
                    perturbed.Values[i] = (float)(stretch.Values[i] + (Math.Sqrt(_noise.Of(stretch, i)) * draw));
                }
            }
        }

        return perturbed;
    }
}
