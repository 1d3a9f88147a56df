using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Service.Problems;
using Coda.Service.Settings;

namespace Coda.Service.Bodies;

/// <summary>Checks the observations of a request against the model's card and the limits, and lays them on a dense grid.</summary>
/// <param name="card">The model's card.</param>
/// <param name="limits">The most steps.</param>
/// <param name="leastSteps">The least steps of a record; by default half a window.</param>
internal sealed class ObservationReading(ModelCard card, ServiceLimits limits, int? leastSteps = null)
{
    private readonly int _leastSteps = leastSteps ?? (card.HalfWidth + 1);
    private readonly CardObservations _taken = new(card); // a fill value makes analyses of it far around

    /// <summary>What the sites are called.</summary>
    public SiteLookup Sites { get; } = new(card);

    /// <summary>How many steps past a step its analysis sees: to the end of its window, within the record.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="record">The record.</param>
    /// <param name="step">A step of it.</param>
    public static long LookAhead(ModelCard card, StepRange record, long step) => Math.Min(card.HalfWidth, record.End - 1 - step);

    /// <summary>What the model was not trained for in a record, as <c>coda analyze</c> warns of it.</summary>
    /// <param name="record">The observations.</param>
    public IReadOnlyList<ResultWarning> Warnings(ObservationStretch record) =>
        [.. TrainingRange.Warnings(card, ObservingSettings.Of(record, card.Sigma, card.SiteScales()))];

    /// <summary>What the network reads: the observations on the scale of their errors.</summary>
    /// <param name="record">The observations as values, checked.</param>
    /// <returns>The same ones where all errors are additive.</returns>
    public ObservationStretch OnScale(ObservationStretch record) => _taken.OnScale(record);

    /// <summary>The observations of a JSON body, as values.</summary>
    /// <param name="body">The body.</param>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    /// <exception cref="RequestFault">The first fault found; 422.</exception>
    public ObservationStretch Of(ObservationBody body, StepCalendar? calendar)
    {
        RequireSigma(body.Sigma, "sigma");
        if (body.Entries is null == body.Rows is null)
        {
            throw RequestFault.Unprocessable("no-observations", "either entries or rows", body.Entries is null
                ? "neither" : "both", "Send the observations once.");
        }

        var stretch = OfAny(body, calendar);
        if (body.Sigma is { } sigma)
        {
            foreach (ref var own in stretch.Sigma.AsSpan())
            {
                own = own > 0 ? own : (float)sigma;
            }
        }

        return stretch;
    }

    /// <summary>The observations of a body of tidy rows, as values.</summary>
    /// <param name="body">The body.</param>
    /// <param name="record">The steps that they are of; <see langword="null"/> for those from the first to the last.</param>
    /// <param name="trajectory">The trajectory whose rows are taken; <see langword="null"/> where there is one only.</param>
    /// <exception cref="RequestFault">The first fault found; 422.</exception>
    public ObservationStretch Of(TidyRows body, StepRange? record, int? trajectory)
    {
        RequireNames(body.SiteNames);
        if (trajectory is null || body.Rows.Count == 0)
        {
            return Of(body.Rows, record);
        }

        List<ObservationRow> rows = [.. body.Rows.Where(row => row.Trajectory == trajectory)];
        return rows.Count > 0 ? Of(rows, record) : throw RequestFault.Unprocessable(
            "no-observations", $"rows of trajectory {trajectory}", $"none, but some of {body.Rows[0].Trajectory}", "Ask for one that the body has.");
    }

    /// <summary>Tidy rows, of one trajectory.</summary>
    /// <param name="rows">The rows, sorted by step.</param>
    /// <param name="record">The steps that they are of; <see langword="null"/> for those from the first to the last.</param>
    /// <param name="place">How a row is called, with its number in the place of {0}.</param>
    /// <exception cref="RequestFault">The first fault found; 422.</exception>
    public ObservationStretch Of(IEnumerable<ObservationRow> rows, StepRange? record, string place = "row {0}")
    {
        var all = rows as IReadOnlyList<ObservationRow> ?? [.. rows];
        if (all.Count == 0)
        {
            throw RequestFault.Unprocessable("no-observations", "at least one observation", "none", "Send what was observed.");
        }

        var stretch = Blank(
            all[0].Trajectory,
            record ?? StepReading.Within(new StepRange(all.Min(r => r.Step), Math.Min(all.Max(r => r.Step), long.MaxValue - 1) + 1)));
        for (var i = 0; i < all.Count; i++)
        {
            var row = all[i];
            if (row.Trajectory != stretch.Trajectory || row.Trajectory is < 0 or int.MaxValue)
            {
                throw RequestFault.Unprocessable("many-trajectories", "one trajectory, numbered from 0",
                    $"{row.Trajectory} in {Name(place, i)} after {stretch.Trajectory}", "Send each trajectory by itself.");
            }

            if (i > 0 && row.Step < all[i - 1].Step)
            {
                throw RequestFault.Unprocessable("steps-out-of-order", $"{Name(place, i)} at step {all[i - 1].Step} or later", $"step {row.Step}",
                    "Sort the observations by step.");
            }

            if (!stretch.Steps.Contains(row.Step))
            {
                throw RequestFault.Unprocessable("step-outside-record", $"{Name(place, i)} at a step in {stretch.Steps}", $"step {row.Step}",
                    "Widen the record, or leave the entry out.");
            }

            if (row.Site < 0 || row.Site >= card.SiteCount)
            {
                throw RequestFault.Unprocessable("unknown-site", $"{Name(place, i)} at a site in [0, {card.SiteCount})", $"site {row.Site}",
                    "Number the sites as the model does.");
            }

            Put(stretch, row, place, i);
        }

        return stretch;
    }

    /// <summary>The steps that are asked for, within a record.</summary>
    /// <param name="asked">What the request says.</param>
    /// <param name="record">The record.</param>
    /// <param name="otherwise">What is taken where it says nothing.</param>
    /// <exception cref="RequestFault">An empty range, or one outside the record; 422.</exception>
    public static StepRange Asked(StepRange? asked, StepRange record, StepRange otherwise)
    {
        var steps = asked ?? otherwise;
        return steps.Count > 0 && steps.Intersect(record) == steps
            ? steps
            : throw RequestFault.Unprocessable("steps-outside-record", $"steps to answer for within the record {record}", $"{steps}",
                "Ask for steps of the record, or send a longer one.");
    }

    private ObservationStretch OfAny(ObservationBody body, StepCalendar? calendar)
    {
        RequireNames(body.SiteNames);
        if (body.Entries is not null)
        {
            return body.FirstStep is null
                ? Of(body.Entries.Select((entry, i) => Row(entry, i, calendar)), StepReading.Range(body.Record, calendar), "entries[{0}]")
                : throw RequestFault.Unprocessable("contradiction", "firstStep with rows only", "firstStep with entries",
                    "Name the steps of entries in record.");
        }

        return body.Record is null
            ? Of(body.Rows!, body.FirstStep ?? 0)
            : throw RequestFault.Unprocessable("contradiction", "a record with entries only", "a record with rows",
                "Name the step of the first row in firstStep.");
    }

    private ObservationStretch Of(DenseBody rows, long firstStep)
    {
        var stretch = Blank(0, StepReading.Within(new StepRange(firstStep, firstStep + Math.Min(rows.Count, long.MaxValue - Math.Max(0, firstStep)))));
        for (var row = 0; row < rows.Count; row++)
        {
            var values = rows[row];
            if (values.Length != card.SiteCount)
            {
                throw RequestFault.Unprocessable("wrong-site-count", $"{card.SiteCount} values in rows[{row}], one for each site", $"{values.Length}",
                    "Write null for what was not observed.");
            }

            for (var site = 0; site < values.Length; site++)
            {
                if (float.IsInfinity(values[site]))
                {
                    throw NotFinite($"rows[{row}][{site}]", values[site]);
                }

                if (!float.IsNaN(values[site]))
                {
                    var at = (row * card.SiteCount) + site;
                    RequirePlausible(values[site], site, $"rows[{row}][{{0}}]", site);
                    (stretch.Values[at], stretch.Mask[at]) = (values[site], 1);
                }
            }
        }

        return stretch;
    }

    private ObservationStretch Blank(int trajectory, StepRange record)
    {
        if (record.Count > limits.Steps)
        {
            throw RequestFault.Unprocessable("too-many-steps", $"a record of at most {limits.Steps} steps", $"{record.Count}, {record}",
                "Send it in parts that overlap by a window.");
        }

        if (record.Count < _leastSteps)
        {
            throw RequestFault.Unprocessable(
                "record-too-short", _leastSteps == 1 ? "at least one step" : $"a record of at least {_leastSteps} steps (half a window)",
                $"{record.Count}, {record}",
                "Send more steps; record names those without observations at the ends.");
        }

        return new ObservationStretch(trajectory, record, card.SiteCount)
        {
            Sigma = card.ReadsSigma ? new float[checked((int)(record.Count * card.SiteCount))] : null,
        };
    }

    private void RequireNames(IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            return;
        }

        var own = card.Sites();
        if (names.Count != own.Entries.Count || names.Contains(null))
        {
            throw RequestFault.Unprocessable(
                "other-sites", $"{own.Entries.Count} names in siteNames, one for each site", $"{names.Count(name => name is not null)}",
                "Name every site, or none.");
        }

        if (own.DifferenceTo(new SiteMap(own.Layout, own.Entries, names)) is { } difference)
        {
            throw RequestFault.Unprocessable(
                "other-sites", "siteNames as the model has them (GET /v1/model)", difference, "Send the sites in the model's order.");
        }
    }

    private ObservationRow Row(EntryBody entry, int number, StepCalendar? calendar)
    {
        var step = entry is { Step: { } given, Time: null } ? given
            : StepReading.End(entry.Step, entry.Time, calendar, $"step of entries[{number}]", $"time of entries[{number}]");
        var site = (entry.Site, entry.SiteName) switch
        {
            ({ } index, null) => index,
            (null, { } name) => Sites.IndexOf(name) ?? throw RequestFault.Unprocessable(
                "unknown-site", $"entries[{number}] at a site of the model", $"'{name}'", "GET /v1/model tells their names."),
            _ => throw RequestFault.Unprocessable(
                "no-site", $"either site or siteName in entries[{number}]", entry.Site is null ? "neither" : "both", "Send one of them."),
        };
        return new ObservationRow(0, step, site, entry.Value, entry.Sigma);
    }

    // Made for a fault only: sound entries are many.
    private static string Name(string place, int number) => place.Replace("{0}", $"{number}", StringComparison.Ordinal);

    private void Put(ObservationStretch stretch, ObservationRow row, string place, int number)
    {
        var at = checked((int)((row.Step - stretch.Steps.Start) * card.SiteCount)) + row.Site;
        if (!float.IsFinite(row.Value))
        {
            throw NotFinite(Name(place, number), row.Value);
        }

        RequirePlausible(row.Value, row.Site, place, number);
        if (stretch.Mask[at] != 0)
        {
            throw RequestFault.Unprocessable("duplicate-entry", $"one value for step {row.Step}, site {row.Site}",
                $"a second one in {Name(place, number)}", "Send one of them, or their mean.");
        }

        (stretch.Values[at], stretch.Mask[at]) = (row.Value, 1);
        if (row.Sigma is { } own)
        {
            RequireSigma(own, $"sigma of {Name(place, number)}");
            stretch.Sigma![at] = own;
        }
    }

    // Given in vain, an error would pass for known.
    private void RequireSigma(double? sigma, string name)
    {
        if (sigma is { } given && !(card.ReadsSigma && given > 0 && double.IsFinite(given)))
        {
            throw card.ReadsSigma
                ? RequestFault.Unprocessable("sigma-out-of-range", $"a finite number greater than 0 in {name}",
                    FormattableString.Invariant($"{given}"), "Send the standard deviation of the error.")
                : RequestFault.Unprocessable(
                    "sigma-not-read", $"no {name}, for the model reads no errors", FormattableString.Invariant($"{given}"),
                    $"Leave it out where it is near {card.DescribeSigma()}, that of training; else serve a model that reads it.");
        }
    }

    private void RequirePlausible(float value, int site, string place, int number)
    {
        var errors = _taken.ErrorsAt(site);
        if (!errors.Contains(value))
        {
            throw RequestFault.Unprocessable(
                "not-on-scale", $"a value {errors.Expected()}, as errors are {errors.Word()}, in {Name(place, number)}",
                FormattableString.Invariant($"{value:G9}"), "Leave it out.");
        }

        var (least, most) = _taken.Plausible(site);
        if (!(value >= least && value <= most))
        {
            throw RequestFault.Unprocessable(
                "implausible-value",
                string.Create(
                    CultureInfo.InvariantCulture, $"a value within {PlausibleObservations.DefaultDeviations} deviations of the site's climatology, "
                        + $"[{least:G4}, {most:G4}], in {Name(place, number)}"),
                FormattableString.Invariant($"{value:G9}"), "Leave out fill values and gross errors; GET /v1/model tells the climatology.");
        }
    }

    private static RequestFault NotFinite(string name, float value) =>
        RequestFault.Unprocessable("not-finite", $"a finite number of single precision in {name}",
            FormattableString.Invariant($"{value}"), "Leave out what was not observed.");
}
