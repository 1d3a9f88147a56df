namespace Coda.Workflows.Following;

/// <summary>When a step of a feed has all of its observations, so that it is analyzed.</summary>
public enum StepClosing
{
    /// <summary>When a batch with observations of it was read: a batch brings whole steps.</summary>
    Batch,

    /// <summary>When an observation of a later step of its trajectory has come; what comes of it until then, in several batches, is taken together.</summary>
    Next,
}
