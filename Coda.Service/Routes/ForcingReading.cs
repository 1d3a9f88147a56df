using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Coda.Service.Settings;

namespace Coda.Service.Routes;

/// <summary>Takes the forcing of forecasts from requests.</summary>
internal static class ForcingReading
{
    /// <summary>The forcing that the model reads.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="limits">What a request may ask for.</param>
    /// <param name="body">What was sent.</param>
    /// <param name="first">The first step that is needed.</param>
    /// <param name="last">The last.</param>
    /// <returns>The series; <see langword="null"/> for a model without forcing.</returns>
    /// <exception cref="RequestFault">It is missing, or has other rows; 422.</exception>
    public static ForcingSeries? Of(ModelCard card, ServiceLimits limits, ForcingBody? body, long first, long last)
    {
        var (read, stored) = (card.Forcing ?? [], (card.Forcing ?? []).Where(u => u != ForcingDefinition.Time).ToList());
        if (stored.Count == 0)
        {
            return body is null ? ForcingSeries.Of(read, card.StepLength, new StateBlock(0, 0, 1, Array.Empty<float>())) : throw RequestFault.Unprocessable(
                "no-forcing", "no forcing, for the model reads none", "one", "Leave it out; GET /v1/model tells what the model reads.");
        }

        var names = string.Join(", ", stored.Select(u => u.Name));
        if (body is null || body.Rows.Count == 0 || body.Rows.Count > (long)limits.Steps + limits.Lead + 1)
        {
            throw RequestFault.Unprocessable("no-forcing", $"the forcing ({names}) at steps {first} to {last}",
                body is null ? "none" : $"{body.Rows.Count} rows",
                "Send forcing, with firstStep and rows: a member of JSON, or JSON in the metadata 'forcing' of a Parquet file.");
        }

        var (start, width) = (body.FirstStep ?? 0, stored.Sum(u => u.Size));
        if (start > first || start + body.Rows.Count <= last)
        {
            throw RequestFault.Unprocessable("no-forcing", $"the forcing ({names}) at steps {first} to {last}",
                $"steps {start} to {start + body.Rows.Count - 1}", "Send more rows, or ask for shorter leads.");
        }

        var values = new float[body.Rows.Count * width];
        for (var row = 0; row < body.Rows.Count; row++)
        {
            var got = body.Rows[row];
            if (got.Length != width || !System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(got))
            {
                throw RequestFault.Unprocessable("bad-forcing", $"{width} finite numbers ({names}) in forcing.rows[{row}]",
                    got.Length == width ? "null or an infinite one" : $"{got.Length}", "Series have no gaps: fill them in.");
            }

            got.CopyTo(values.AsSpan(row * width));
        }

        return ForcingSeries.Of(read, card.StepLength, new StateBlock(0, start, width, values));
    }
}
