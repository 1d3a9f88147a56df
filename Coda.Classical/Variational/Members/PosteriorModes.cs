using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Classical.Variational.Members;

/// <summary>The modes of a trajectory's posterior that polishes from many starts have found, each with its share by Laplace's method.</summary>
/// <remarks>
/// Near a minimum of the cost J the posterior is exp(-J) / √det J'' times a constant that all modes share (Tierney and Kadane, 1986,
/// doi:10.1080/01621459.1986.10478240). How many starts came to a mode says nothing of its share.
/// </remarks>
internal sealed class PosteriorModes
{
    private const double SameMode = 0.05; // deviations of the prior, root mean square: passes that came to rest in one mode are much nearer

    private readonly IReadOnlyList<StateBlock> _modes;
    private readonly double[] _shares;

    private PosteriorModes(IReadOnlyList<StateBlock> modes, double[] shares) => (_modes, _shares) = (modes, shares);

    /// <summary>Tells modes apart.</summary>
    /// <param name="minima">The trajectories at which polishes came to rest, with ln (exp(-J) / √det J'').</param>
    /// <param name="scale">The prior's deviation.</param>
    /// <returns>The modes; nothing where no polish came to rest.</returns>
    public static PosteriorModes? Of(IEnumerable<(StateBlock States, double LogEvidence)> minima, double scale)
    {
        var (modes, evidence) = (new List<StateBlock>(), new List<double>());
        foreach (var (states, logarithm) in minima)
        {
            var known = modes.FindIndex(mode => Distance(mode, states) < SameMode * scale);
            if (known < 0)
            {
                modes.Add(states);
                evidence.Add(logarithm);
            }
            else if (logarithm > evidence[known])
            {
                (modes[known], evidence[known]) = (states, logarithm); // nearer to the minimum
            }
        }

        if (modes.Count == 0)
        {
            return null;
        }

        var most = evidence.Max();
        double[] weights = [.. evidence.Select(logarithm => Math.Exp(logarithm - most))];
        return new(modes, [.. weights.Select(weight => weight / weights.Sum())]);
    }

    /// <summary>The mode of each of some members, by the modes' shares.</summary>
    /// <param name="members">The number of members.</param>
    /// <param name="random">Draws them.</param>
    public IReadOnlyList<StateBlock> Draw(int members, CounterRandom random)
    {
        int[] drawn = SystematicResampling.Draw(_shares, members, random.NextUniform());
        StateBlock[] ofMembers = [.. drawn.Select(mode => _modes[mode])];
        for (var i = members - 1; i > 0; i--) // in any order, so that the first members are of all modes
        {
            var other = (int)random.NextInteger(i + 1);
            (ofMembers[i], ofMembers[other]) = (ofMembers[other], ofMembers[i]);
        }

        return ofMembers;
    }

    private static double Distance(StateBlock a, StateBlock b) =>
        System.Numerics.Tensors.TensorPrimitives.Distance(a.States.Span, b.States.Span) / Math.Sqrt(a.States.Length);
}
