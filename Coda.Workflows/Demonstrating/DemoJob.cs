namespace Coda.Workflows.Demonstrating;

/// <summary>The demo to run.</summary>
/// <param name="Folder">The folder for everything; what an earlier run of the same settings and build finished there is reused.</param>
public sealed record DemoJob(string Folder)
{
    /// <summary>All that the numbers depend on.</summary>
    public DemoSettings Settings { get; init; } = NamedDemo.Named(DemoSettings.Default).Full;

    /// <summary>The number of threads of training, at least 1; one on each core by default. The bits of the model depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The command that rebuilds the model, for its card.</summary>
    public string Command { get; init; } = "coda demo";
}
