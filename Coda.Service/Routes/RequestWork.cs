using Coda.Service.Batching;
using Coda.Service.Problems;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Routes;

/// <summary>Lets a request in that asks for computation, and ends it when its time is over.</summary>
/// <param name="queue">Where there is a place or none.</param>
/// <param name="readiness">Whether requests are welcome.</param>
/// <param name="limits">The time a request has.</param>
/// <param name="clock">Tells it.</param>
internal sealed class RequestWork(WorkQueue queue, Readiness readiness, ServiceLimits limits, TimeProvider clock)
{
    /// <summary>Reads, computes and replies.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Reads and checks the body.</param>
    /// <param name="answer">Computes and replies.</param>
    /// <exception cref="RequestFault">The service is not ready (503), is full (429), or time is over (408 or 504); or what the steps threw.</exception>
    public async Task Do<T>(HttpContext context, Func<CancellationToken, Task<T>> read, Func<T, CancellationToken, Task> answer)
    {
        if (!readiness.IsReady)
        {
            throw new RequestFault(
                503, "not-ready", "a service that is ready", $"one that is {readiness.State}",
                "Try again in a moment, or ask another instance.") { RetryAfter = 1 };
        }

        using var place = queue.Admit();
        using var time = new CancellationTokenSource(limits.RequestTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, context.RequestAborted);
        var isRead = false;
        try
        {
            var body = await read(either.Token).ConfigureAwait(false);
            isRead = true;
            await answer(body, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            var seconds = limits.RequestTime.TotalSeconds;
            throw isRead
                ? new RequestFault(
                    504, "time-over", $"an answer within {seconds} s", "more to compute, or too many requests before it",
                    "Ask for fewer steps, or try again later.")
                : new RequestFault(408, "body-too-slow", $"the whole body within {seconds} s", "a part of it", "Send a smaller body, or send it faster.");
        }
    }
}
