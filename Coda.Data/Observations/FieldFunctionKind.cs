namespace Coda.Data.Observations;

/// <summary>A function of fields at a site.</summary>
public enum FieldFunctionKind
{
    /// <summary>The root of the sum of the squares.</summary>
    Speed,

    /// <summary>Half the sum of the squares: the energy of a unit of mass.</summary>
    KineticEnergy,
}
