namespace Coda.Classical.Variational;

/// <summary>How the linear equations of a Gauss-Newton pass are solved.</summary>
public enum SmootherSolver
{
    /// <summary>Tiled on rings of many sites where the model reaches a few of them, else dense.</summary>
    Automatic,

    /// <summary>Directly; the cost of a step grows with the cube of the state's length.</summary>
    Dense,

    /// <summary>By conjugate gradients, preconditioned by tiles of the ring that overlap; the cost of a step grows linearly with the sites.</summary>
    Tiled,
}
