namespace Coda.Classical.Variational;

/// <summary>How the linear equations of a Gauss-Newton pass are solved.</summary>
public enum SmootherSolver
{
    /// <summary>Tiled on rings of many sites where the model reaches a few of them; by conjugate gradients for other states of many entries where the model
    /// has an adjoint; else dense.</summary>
    Automatic,

    /// <summary>Directly; the cost of a step grows with the cube of the state's length.</summary>
    Dense,

    /// <summary>By conjugate gradients, preconditioned by tiles of the ring that overlap; the cost of a step grows linearly with the sites.</summary>
    Tiled,

    /// <summary>By conjugate gradients without matrices, each iteration of which is a run of the tangent and of the adjoint over the stretch; the errors of
    /// prior and model are correlated wave by wave, and there is no spread.</summary>
    ConjugateGradients,
}
