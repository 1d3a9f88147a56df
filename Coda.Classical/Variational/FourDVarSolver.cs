namespace Coda.Classical.Variational;

/// <summary>How the equations of a step of strong-constraint 4D-Var are solved.</summary>
public enum FourDVarSolver
{
    /// <summary>By conjugate gradients where the state is large and the model has an adjoint, else with matrices of the state.</summary>
    Automatic,

    /// <summary>With matrices of the state, which give the spread, too; the time of a step grows with the cube of the state's size.</summary>
    Dense,

    /// <summary>By conjugate gradients, each iteration of which is one run of the tangent and one of the adjoint through the window; no spread.</summary>
    ConjugateGradients,
}
