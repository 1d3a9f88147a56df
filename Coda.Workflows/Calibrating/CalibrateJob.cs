using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Calibrating;

/// <summary>Bands to calibrate on the withheld observations of an archive.</summary>
/// <param name="Archive">The observations, of which some are withheld; it stays the caller's.</param>
public sealed record CalibrateJob(ParquetArchive Archive)
{
    /// <summary>The method whose analyses get bands, which are made on the way and not kept; by default those that <see cref="Estimates"/> holds.</summary>
    public Component? Method { get; init; }

    /// <summary>The trained model, for methods that need one; it stays the caller's.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>Where there is no method, the directory of the archive whose analyses get bands; the archive itself by default.</summary>
    public string? Estimates { get; init; }

    /// <summary>Whether it is forecasts of that archive that get them.</summary>
    public bool OfForecasts { get; init; }

    /// <summary>Levels, and what coverage is measured on.</summary>
    public CoverageRequest Request { get; init; } = new();

    /// <summary>How often an eighth of the observed sites is denied to the method, to calibrate sites that are never observed, at least 0; by default they have
    /// no bands. Only with a method.</summary>
    public int Denials { get; init; }

    /// <summary>The steps left out at each end of the record, at least 0.</summary>
    public int Margin { get; init; }

    /// <summary>The most robust deviations that an observation may lie from its site's median.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>The file for the bands; <c>bands.json</c> by default.</summary>
    public string Output { get; init; } = "bands.json";

    /// <summary>What calibrates, such as the command; kept in the file.</summary>
    public string Provenance { get; init; } = "";
}
