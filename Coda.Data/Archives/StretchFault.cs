namespace Coda.Data.Archives;

/// <summary>Why the analyses of a stretch are not what was asked for.</summary>
public enum StretchFault
{
    /// <summary>Its passes did not come to rest; the analyses are the first guess.</summary>
    Failed,

    /// <summary>They came to rest only with a larger model error than was asked for.</summary>
    Relaxed,

    /// <summary>Innovations were larger than spread and observation error allow, so that the spread says too little.</summary>
    Inconsistent,
}
