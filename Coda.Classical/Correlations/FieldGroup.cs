namespace Coda.Classical.Correlations;

/// <summary>Fields whose errors are correlated with each other, wave by wave: they lie on one grid and do the same at its ends.</summary>
/// <param name="Waves">The waves of the grid; nothing for entries without a geometry, which are independent.</param>
/// <param name="Offsets">Where each field starts in the state.</param>
/// <param name="Size">The entries of one field.</param>
internal sealed record FieldGroup(GridWaves? Waves, int[] Offsets, int Size)
{
    /// <summary>The coefficients of one field.</summary>
    public int Count => Waves?.Count ?? Size;

    /// <summary>The coefficients of all fields.</summary>
    public int ControlSize => Count * Offsets.Length;

    /// <summary>The coefficients of a state's fields.</summary>
    /// <param name="state">The state. [space]</param>
    /// <param name="coefficients">Takes them. [field, wave]</param>
    public void Forward(ReadOnlySpan<double> state, Span<double> coefficients)
    {
        for (var field = 0; field < Offsets.Length; field++)
        {
            var source = state.Slice(Offsets[field], Size);
            var target = coefficients.Slice(field * Count, Count);
            if (Waves is null)
            {
                source.CopyTo(target);
            }
            else
            {
                Waves.Forward(source, target);
            }
        }
    }

    /// <summary>The fields of some coefficients.</summary>
    /// <param name="coefficients">The coefficients. [field, wave]</param>
    /// <param name="state">Takes the fields, each at its place. [space]</param>
    public void Backward(ReadOnlySpan<double> coefficients, Span<double> state)
    {
        for (var field = 0; field < Offsets.Length; field++)
        {
            var source = coefficients.Slice(field * Count, Count);
            var target = state.Slice(Offsets[field], Size);
            if (Waves is null)
            {
                source.CopyTo(target);
            }
            else
            {
                Waves.Backward(source, target);
            }
        }
    }
}
