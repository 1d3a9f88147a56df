using Coda.Data.Foundation;

namespace Coda.Training.Stages;

/// <summary>Which entries, observed or not, are withheld from both windows of a rollout.</summary>
/// <remarks>Noise2Self: Batson and Royer (2019). Not thread-safe.</remarks>
/// <param name="steps">The number of steps from the first window's first to the later window's last.</param>
/// <param name="sites">The number of sites.</param>
internal sealed class WithheldEntries(int steps, int sites)
{
    private readonly bool[] _entries = new bool[steps * sites]; // [time, site]

    /// <summary>Draws anew; a share of its own for every rollout, so that the network meets many densities of observations.</summary>
    /// <param name="largest">The largest share; each is uniform in (0, largest).</param>
    /// <param name="random">The rollout's stream.</param>
    public void Draw(double largest, ref CounterRandom random)
    {
        var share = largest * random.NextUniform();
        for (var i = 0; i < _entries.Length; i++)
        {
            _entries[i] = random.NextUniform() < share;
        }
    }

    /// <summary>Whether an entry is withheld.</summary>
    /// <param name="step">The step, from the first window's first.</param>
    /// <param name="site">The site.</param>
    public bool Contains(int step, int site) => _entries[(step * sites) + site];

    /// <summary>Sets what is withheld to 0.</summary>
    /// <param name="window">Values or mask. [time, site]</param>
    /// <param name="firstStep">The window's first step, from the first window's first.</param>
    public void Hide(Span<float> window, int firstStep)
    {
        var withheld = _entries.AsSpan(firstStep * sites, window.Length);
        for (var i = 0; i < window.Length; i++)
        {
            window[i] = withheld[i] ? 0 : window[i];
        }
    }
}
