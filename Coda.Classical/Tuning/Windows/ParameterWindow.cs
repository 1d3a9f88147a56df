using Coda.Classical.Variational.Costs;

namespace Coda.Classical.Tuning.Windows;

/// <summary>A window of strong-constraint 4D-Var that shares parameters θ with others, and its equations once its own control is eliminated.</summary>
/// <param name="Background">The state at its first step by the filter, which knows nothing of what it observes. [space]</param>
/// <param name="Terms">What it observes, and the forcing.</param>
/// <param name="Count">Its steps.</param>
internal sealed record ParameterWindow(double[] Background, ObservationTerms Terms, int Count)
{
    /// <summary>v, the control of the state at its first step, x_0 = x_b + B^½ v. [control]</summary>
    public double[] Control { get; set; } = [];

    /// <summary>The step of the control where the parameters stay. [control]</summary>
    public double[] Step { get; set; } = [];

    /// <summary>The change of the control's step with each parameter, per unit. [parameter][control]</summary>
    public double[][] Responses { get; set; } = [];

    /// <summary>The units that the responses are in. [parameter]</summary>
    public double[] Units { get; set; } = [];

    /// <summary>The normal equations' matrix of the parameters: what the window knows of them. [parameter, parameter]</summary>
    public double[,] Information { get; set; } = new double[0, 0];

    /// <summary>The normal equations' right-hand side: the gradient of the cost by the parameters, downhill, at the best control. [parameter]</summary>
    public double[] Score { get; set; } = [];

    /// <summary>The decrease of the cost that the control's own step promises.</summary>
    public double Gain { get; set; }

    /// <summary>The cost at the control.</summary>
    public double Cost { get; set; }

    /// <summary>Twice the cost over the number of observations: about 1 where model and errors are right.</summary>
    public double Misfit => 2 * Cost / Terms.Count;

    /// <summary>The control after a step.</summary>
    /// <param name="share">The share of the step that is taken.</param>
    /// <param name="moves">The changes of the parameters, in units.</param>
    public double[] Moved(double share, ReadOnlySpan<double> moves)
    {
        double[] control = [.. Control];
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(Step, share, control, control);
        for (var j = 0; j < moves.Length; j++)
        {
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(Responses[j], -moves[j], control, control);
        }

        return control;
    }
}
