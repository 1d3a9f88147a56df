namespace Coda.Inference.Assimilation;

/// <summary>The precision in which a network's convolutions are computed.</summary>
public enum NetworkPrecision
{
    /// <summary>As trained.</summary>
    Float32,

    /// <summary>Eight-bit integers, summed in 32 bits; for models that 'coda quantize' has added them to.</summary>
    Int8,
}
