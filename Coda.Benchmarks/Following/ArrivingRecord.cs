using System.Globalization;
using System.Text;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;

namespace Coda.Benchmarks.Following;

/// <summary>Observations of Lorenz-96 without an end: those of a record, again and again.</summary>
/// <param name="fraction">The share of the 40 sites that is seen at each step.</param>
internal sealed class ArrivingRecord(double fraction)
{
    private const int Length = 1000;

    private readonly ObservationRow[][] _rows = Read(fraction);

    /// <summary>The observations of some steps.</summary>
    /// <param name="steps">The steps.</param>
    public IEnumerable<ObservationRow> Rows(StepRange steps)
    {
        for (var step = steps.Start; step < steps.End; step++)
        {
            foreach (var row in _rows[step % Length])
            {
                yield return row with { Step = step };
            }
        }
    }

    /// <summary>Them as a file or message has them.</summary>
    /// <param name="rows">The observations.</param>
    public static byte[] Csv(IEnumerable<ObservationRow> rows)
    {
        var text = new StringBuilder("step,site,value\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Step},{row.Site},{row.Value}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ObservationRow[][] Read(double fraction)
    {
        var twin = new TwinExperiment
        {
            System = new("lorenz96"), Sigma = 1, StepCount = Length, TrajectoryCount = 1, Seed = 3,
            ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = fraction }),
        };
        var stretch = new MemoryArchive(twin.Describe(), twin.Observations()).ReadObservations(0, new StepRange(0, Length));
        return
        [
            .. Enumerable.Range(0, Length).Select(step => Enumerable.Range(0, stretch.SiteCount)
                .Where(site => stretch.Mask[(step * stretch.SiteCount) + site] > 0)
                .Select(site => new ObservationRow(0, step, site, stretch.Values[(step * stretch.SiteCount) + site])).ToArray())
        ];
    }
}
