using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Scoring;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;

namespace Coda.Reports.Sections;

/// <summary>Power by wavelength of truth, estimates and errors, and down to which wavelength fields are resolved.</summary>
internal sealed class Spectra : IReportSection
{
    private const int MostTables = 4;
    private const int MostLeads = 5;
    private const int MostFields = 4;

    /// <inheritdoc/>
    public string Title => "Spectra and the resolved scale";

    /// <inheritdoc/>
    public string Needs => "analyses or forecasts of a record with a truth, of fields on evenly spaced sites, 4 to 2048 along each axis";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) =>
        material.Records.Any(r => r.HasTruth && r.Tables.Count > 0 && r.Description.Layout.Fields.Any(ErrorSpectra.IsPossible));

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var scores in material.Scores.Where(s => s.IsTruth && s.Tables.Count > 0))
        {
            var tables = scores.Profiles.Select(p => p.Table).Take(MostTables)
                .Concat(scores.Tables.Select(t => t.Table).Where(t => t.Table == ArchiveTable.Forecasts).Take(MostTables))
                .Select(table => (Table: table, Spectra: scores.SpectraOf(table, material))).Where(t => t.Spectra.Count > 0).ToList();
            if (tables.Count == 0)
            {
                continue;
            }

            foreach (var words in scores.NotDrawn(MostTables))
            {
                yield return words;
            }

            yield return SectionPart.Of(
                $"Resolved scale of {scores.Record.Name}: down to this wavelength, in grid lengths, the error has at most half of the truth's power; nothing "
                    + "where it has more at the longest already",
                ["estimate", "of", "field", "lead", "resolved", "longest", "shortest", "states"],
                [.. tables.SelectMany(t => t.Spectra.Select(s => Row(t.Table, s)))]);
            foreach (var field in tables.SelectMany(t => t.Spectra).Select(s => s.Field).Distinct().Take(MostFields))
            {
                var analyses = tables.Where(t => t.Table.Table == ArchiveTable.Analyses)
                    .SelectMany(t => t.Spectra.Where(s => s.Field == field).Select(s => (t.Table, s))).ToList();
                if (analyses.Count > 0)
                {
                    yield return Analyses(scores.Record, analyses);
                }
            }

            foreach (var (table, spectra) in tables.Where(t => t.Table.Table == ArchiveTable.Forecasts).Take(1))
            {
                yield return Forecasts(scores.Record, table, [.. spectra.Where(s => s.Field == spectra[0].Field)]);
            }
        }
    }

    private static IReadOnlyList<object?> Row(ReportedTable table, ErrorSpectrum spectrum) =>
    [
        table.Label, table.Table.ToString().ToLowerInvariant(), spectrum.Field, table.Table == ArchiveTable.Forecasts ? spectrum.LeadTime : null,
        spectrum.ResolvedScale, spectrum.Wavelengths[0], spectrum.Wavelengths[^1], spectrum.Count,
    ];

    // Errors as lines, the estimates' own power dashed in the same colour.
    private static Figure Analyses(ReportedRecord record, IReadOnlyList<(ReportedTable Table, ErrorSpectrum Spectrum)> spectra)
    {
        var isOne = spectra.Count == 1;
        List<Curve> curves = [Curve("truth", spectra[0].Spectrum, s => s.Truth) with { Quantity = Quantity.Truth }];
        foreach (var (table, spectrum) in spectra)
        {
            curves.Add(Curve($"{table.Label}: error", spectrum, s => s.Error) with { Quantity = isOne ? Quantity.Error : null, Series = table.Series });
            curves.Add(Curve(table.Label, spectrum, s => s.Estimate) with
            {
                Quantity = isOne ? Quantity.Analysis : null, Series = table.Series, IsReference = true,
            });
        }

        var marks = spectra.Where(s => s.Spectrum.ResolvedScale is not null)
            .Select(s => new ScaleMark($"{s.Table.Label}: resolved", s.Spectrum.ResolvedScale!.Value)
            {
                Quantity = isOne ? Quantity.Error : null, Series = s.Table.Series,
            });
        return Figures.Figures.Spectra(record.Source(spectra.Select(s => s.Table), spectra[0].Spectrum.Field), spectra[0].Spectrum.Unit, curves, [.. marks]);
    }

    private static Figure Forecasts(ReportedRecord record, ReportedTable table, IReadOnlyList<ErrorSpectrum> leads)
    {
        var count = Math.Min(MostLeads, leads.Count);
        var shown = Enumerable.Range(0, count).Select(i => leads[count == 1 ? 0 : i * (leads.Count - 1) / (count - 1)]).ToList();
        List<Curve> curves = [Curve("truth", shown[0], s => s.Truth) with { Quantity = Quantity.Truth }];
        curves.AddRange(shown.Select((s, i) => Curve(FormattableString.Invariant($"error, lead {s.LeadTime:G4}"), s, of => of.Error) with { Series = i }));
        var marks = shown.Index().Where(s => s.Item.ResolvedScale is not null).Select(s => new ScaleMark(
            FormattableString.Invariant($"resolved, lead {s.Item.LeadTime:G4}"), s.Item.ResolvedScale!.Value) { Series = s.Index });
        return Figures.Figures.Spectra(record.Source([table], $"forecasts, {shown[0].Field}"), shown[0].Unit, curves, [.. marks]);
    }

    private static Curve Curve(string label, ErrorSpectrum spectrum, Func<ErrorSpectrum, IReadOnlyList<double>> power) =>
        new(label, [.. spectrum.Wavelengths.Select(w => 1 / w)], power(spectrum));
}
