using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;

namespace Coda.Workflows.Studying;

/// <summary>A study to run.</summary>
/// <param name="Study">The study.</param>
/// <param name="Folder">The folder for records, models and results; a run that was stopped, or another shard's, goes on from what is there.</param>
public sealed record StudyJob(Study Study, string Folder)
{
    /// <summary>What is set in every cell: texts of the form member=value, with members of <see cref="StudyCell"/>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Which of the models to train, and their cells to score.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>The ranks that share the models of the shard, each training its own by itself; this process alone by default. All run the same job.</summary>
    public IRankGroup Ranks { get; init; } = OneRank.Instance;

    /// <summary>The number of threads of training, at least 1; one on each core by default. The bits of a cell depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the results come from, in words, such as the command; kept with them.</summary>
    public string Provenance { get; init; } = "";
}
