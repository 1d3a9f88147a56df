using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Replies;

/// <summary>Writes replies: JSON from memory, states also as a Parquet file as archives have them.</summary>
internal static class ReplyWriting
{
    private const string WarningsHeader = "Coda-Warnings";

    /// <summary>Writes JSON.</summary>
    /// <param name="response">The reply.</param>
    /// <param name="value">Its body.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <exception cref="ClientLeftException">The client has left before it had the whole reply.</exception>
    public static async Task Json<T>(HttpResponse response, T value, CancellationToken cancellation)
    {
        // Started before anything is written, so that a fault on the way cuts the reply rather than follows its beginning.
        cancellation.ThrowIfCancellationRequested();
        response.ContentType = ContentTypes.Json;
        await response.StartAsync(cancellation).ConfigureAwait(false);
        await JsonSerializer.SerializeAsync(response.BodyWriter, value, ServiceJson.Options, cancellation).ConfigureAwait(false);
        if ((await response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false)).IsCompleted)
        {
            throw new ClientLeftException(); // what is written to a connection that is closed goes nowhere, without a fault
        }
    }

    /// <summary>Writes a fault as a problem.</summary>
    /// <param name="response">The reply, of which nothing is written yet.</param>
    /// <param name="fault">The fault.</param>
    public static async Task Fault(HttpResponse response, RequestFault fault)
    {
        response.StatusCode = fault.Status;
        if (fault.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = $"{seconds}";
        }

        if (fault.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        response.ContentLength = null;
        response.ContentType = Problem.MediaType;
        await JsonSerializer.SerializeAsync(response.BodyWriter, fault.Problem, ServiceJson.Options, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Writes states as the Parquet part of a table.</summary>
    /// <param name="response">The reply.</param>
    /// <param name="reply">What they are, and what is to be said of them.</param>
    /// <param name="blocks">The states, sorted by (trajectory, step, lead).</param>
    /// <param name="cancellation">Stops the writing.</param>
    public static async Task Parquet(HttpResponse response, StatesReply reply, IReadOnlyList<StateBlock> blocks, CancellationToken cancellation)
    {
        var (card, warnings) = (reply.Card, reply.Warnings);
        var folder = Directory.CreateTempSubdirectory("coda-serve-");
        try
        {
            var steps = new StepRange(blocks[0].FirstStep, blocks[^1].FirstStep + blocks[^1].Count);
            var description = card.Record(steps) with { Sigma = null, TimeOrigin = reply.Calendar?.Origin, TrajectoryCount = blocks[^1].Trajectory + 1 };
            var path = folder.FullName;
            using (var archive = ParquetArchive.Create(path, description))
            {
                archive.WriteStates(reply.Table, blocks, new TableNote { LookAhead = reply.LookAhead, BandLevel = reply.BandLevel });
            }

            var part = Directory.GetFiles(path, "*.parquet", SearchOption.AllDirectories).Single();
            cancellation.ThrowIfCancellationRequested();
            response.ContentType = ContentTypes.Parquet;
            response.ContentLength = new FileInfo(part).Length;
            if (warnings.Count > 0)
            {
                response.Headers[WarningsHeader] = string.Join(", ", warnings.Select(w => w.Kind).Distinct());
            }

            await response.StartAsync(cancellation).ConfigureAwait(false);
            await response.SendFileAsync(part, cancellation).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
