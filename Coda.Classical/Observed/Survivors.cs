using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Observed;

/// <summary>A trajectory's analyses up to where it diverged, if the request has somebody to be told of that.</summary>
internal static class Survivors
{
    /// <summary>Passes analyses on; a divergence is told and ends them, or is thrown where there is nobody to tell.</summary>
    /// <param name="blocks">The trajectory's analyses.</param>
    /// <param name="trajectory">Its number.</param>
    /// <param name="wanted">The steps that are wanted.</param>
    /// <param name="request">Who is told.</param>
    /// <exception cref="DivergenceException">The trajectory diverged, and there is nobody to tell.</exception>
    public static IEnumerable<StateBlock> Of(IEnumerable<StateBlock> blocks, int trajectory, StepRange wanted, AnalysisRequest request)
    {
        using var reader = blocks.GetEnumerator();
        var next = wanted.Start;
        while (Advance())
        {
            yield return reader.Current;
            next = reader.Current.FirstStep + reader.Current.Count;
        }

        bool Advance()
        {
            try
            {
                return reader.MoveNext();
            }
            catch (DivergenceException fault) when (request.Diverged is not null)
            {
                request.Diverged(new(trajectory, new StepRange(next, wanted.End), fault.Message));
                return false;
            }
        }
    }
}
