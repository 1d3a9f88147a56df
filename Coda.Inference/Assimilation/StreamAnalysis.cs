using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>An analysis of records whose observations arrive, which goes on from wherever each of them stands.</summary>
/// <remarks>
/// Positions are values of their own, so that any number of streams share one analysis, and what failed leaves the stream where it was. Not thread-safe; one
/// for each worker.
/// </remarks>
public abstract class StreamAnalysis : IDisposable
{
    /// <summary>The analysis that a model makes of streams by itself: its network of windows, as nowcasts, or else its sequential analysis.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="Data.Cards.ModelMismatchException">It has neither.</exception>
    public static StreamAnalysis Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Has(ModelRoles.Analysis) ? new NowcastAnalysis(model) : new SequentialAnalysis(model);
    }

    /// <summary>What kind of analysis it is, in a word.</summary>
    public abstract string Form { get; }

    /// <summary>The steps from a stream's first one in which its analyses still come from the climatology to what they are from then on.</summary>
    public abstract int SettlingSteps { get; }

    /// <summary>The most steps past its own that an analysis sees, of those that arrive with it.</summary>
    public virtual int LookAhead => 0;

    /// <summary>The most steps that are analyzed together where they arrive together; divided otherwise, they have other analyses.</summary>
    /// <param name="first">The stream's first step.</param>
    /// <param name="start">The first of them.</param>
    public virtual int StepsTogether(long first, long start) => 1;

    /// <summary>Takes a stream further by what has arrived.</summary>
    /// <param name="from">Where the stream stands; <see langword="null"/> to begin at the first step that has arrived, from the climatology.</param>
    /// <param name="arrived">The observations from the stream's next step on, on the scale of their errors; steps without any are forecast.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The analyses of all of these steps, as coordinates, with their spread; and where the stream stands then.</returns>
    /// <exception cref="ArgumentException">Other sites than the model's, or another first step than the next one.</exception>
    /// <exception cref="InvalidDataException">Something is observed where the model cannot take it.</exception>
    /// <exception cref="DivergenceException">The forecasts are no longer finite.</exception>
    public abstract (StateBlock Analyses, StreamPosition To) Advance(
        StreamPosition? from, ObservationStretch arrived, CancellationToken cancellation = default);

    /// <summary>Takes a position apart, to be kept in a file.</summary>
    /// <param name="position">A position that this analysis, or one of its kind and model, has given.</param>
    public abstract StoredPosition Store(StreamPosition position);

    /// <summary>Puts a position together: the stream goes on to the same bits.</summary>
    /// <param name="stored">What <see cref="Store"/> gave, of the same model and settings; whose it is, the caller knows.</param>
    /// <exception cref="InvalidDataException">It is of another kind of analysis, or of other sizes than the model's.</exception>
    public abstract StreamPosition Restore(StoredPosition stored);

    /// <summary>Frees what it computes with.</summary>
    public abstract void Dispose();
}
