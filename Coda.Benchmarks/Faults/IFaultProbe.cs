namespace Coda.Benchmarks.Faults;

/// <summary>Something that reads files and tells what it made of them.</summary>
internal interface IFaultProbe
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Whether its words are all ours; a library that reads a file before us says things in its own way.</summary>
    bool SpeaksForUs { get; }

    /// <summary>Whether its output shows what a description says, and nothing that is computed.</summary>
    bool ShowsDescriptions { get; }

    /// <summary>The folder or file that it writes, inside the folder it runs in; <see langword="null"/> for none.</summary>
    string? Target { get; }

    /// <summary>The exit code on intact files.</summary>
    int IntactExitCode => 0;

    /// <summary>Reads.</summary>
    /// <param name="folder">A copy of the bed, one file of it damaged.</param>
    /// <param name="cancellation">Cancelled once the time limit is over.</param>
    ProbeResult Run(string folder, CancellationToken cancellation);
}
