using System.Globalization;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Service.Problems;

namespace Coda.Service.Bodies;

/// <summary>Takes steps from requests: as numbers, or as the dates that they stand for.</summary>
internal static class StepReading
{
    // Further off, sums of steps would overflow.
    private const long FurthestStep = 1_000_000_000_000_000;

    /// <summary>What steps are in dates, after a request.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="origin">The date of step 0; nothing where the request says none.</param>
    /// <exception cref="RequestFault">It is no date, or the model's unit of time has no known length; 422.</exception>
    public static StepCalendar? Calendar(ModelCard card, string? origin) =>
        origin is null ? null : Checked(() => new StepCalendar(origin, card.StepLength, card.TimeUnit));

    /// <summary>A step that a query names.</summary>
    /// <param name="text">A whole number, or a date.</param>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    /// <param name="name">What it is called.</param>
    /// <exception cref="RequestFault">It is neither, 400; or there is no calendar, or no step at that date, 422.</exception>
    public static long Step(string text, StepCalendar? calendar, string name) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step) ? step
            : StepCalendar.IsDate(text) ? StepOf(text, calendar, name)
            : throw new RequestFault(400, "bad-request", $"a step or a date in {name}", $"'{text}'", "GET /openapi/v1.json describes the routes.");

    /// <summary>The step of a date.</summary>
    /// <param name="date">The date.</param>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    /// <param name="name">What it is called.</param>
    /// <exception cref="RequestFault">There is no calendar, or no step at that date; 422.</exception>
    public static long StepOf(string date, StepCalendar? calendar, string name) => calendar is null
        ? throw RequestFault.Unprocessable("no-dates", $"a step in {name}, for nothing says which date step 0 has", $"'{date}'", "Send timeOrigin too.")
        : Checked(() => calendar.StepOf(date), name);

    /// <summary>The date of a step.</summary>
    /// <param name="calendar">What steps are in dates.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="RequestFault">It lies beyond the years 1 to 9999; 422.</exception>
    public static string DateOf(StepCalendar calendar, long step) => Checked(() => calendar.TextOf(step));

    /// <summary>A range as the rest of Coda has it.</summary>
    /// <param name="body">The range in a body, or nothing.</param>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    /// <exception cref="RequestFault">An end that is missing or there twice, a date that is none of a step, or steps too far off to be counted with;
    /// 422.</exception>
    public static StepRange? Range(StepsBody? body, StepCalendar? calendar) => body is null ? null : Within(new StepRange(
        End(body.Start, body.StartTime, calendar, "start", "startTime"), End(body.End, body.EndTime, calendar, "end", "endTime")));

    /// <summary>Refuses steps too far off to be counted with.</summary>
    /// <param name="steps">The steps.</param>
    /// <exception cref="RequestFault">They are; 422.</exception>
    public static StepRange Within(StepRange steps) => steps.Start >= -FurthestStep && steps.End <= FurthestStep
        ? steps
        : throw RequestFault.Unprocessable("step-too-far", "steps within ±1E15", $"{steps}", "Count the steps from a nearer origin.");

    /// <summary>The step of what may be named by its number or its date.</summary>
    /// <param name="step">The number, where it is given.</param>
    /// <param name="date">The date, where it is given.</param>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    /// <param name="name">What the number is called.</param>
    /// <param name="dateName">What the date is called.</param>
    /// <exception cref="RequestFault">Neither or both are given, or the date is none of a step; 422.</exception>
    public static long End(long? step, string? date, StepCalendar? calendar, string name, string dateName) => (step, date) switch
    {
        ({ } number, null) => number,
        (null, { } text) => StepOf(text, calendar, dateName),
        _ => throw RequestFault.Unprocessable("no-step", $"either {name} or {dateName}", step is null ? "neither" : "both", "Send one of them."),
    };

    private static T Checked<T>(Func<T> read, string name = "timeOrigin")
    {
        try
        {
            return read();
        }
        catch (ArgumentException fault)
        {
            const string expected = "expected ";
            var parts = fault.Message[expected.Length..].Split(", got ", 2);
            throw RequestFault.Unprocessable("no-dates", $"{parts[0]} in {name}", parts[1], "Correct it, or send steps.");
        }
    }
}
