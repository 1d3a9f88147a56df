namespace Coda.Data.Foundation;

/// <summary>Names an option that an options record no longer has, and what to do instead.</summary>
/// <param name="option">The option, as in JSON.</param>
/// <param name="cure">What to do instead, a sentence.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class WithdrawnAttribute(string option, string cure) : Attribute
{
    /// <summary>The option, as in JSON.</summary>
    public string Option { get; } = option;

    /// <summary>What to do instead, a sentence.</summary>
    public string Cure { get; } = cure;
}
