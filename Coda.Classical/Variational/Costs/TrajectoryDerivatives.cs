using Coda.Classical.Variational.Tangents;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Costs;

/// <summary>One worker's derivatives of a model's steps along a trajectory, prepared as far as the model can and memory holds them.</summary>
/// <remarks>What does not fit is computed again with each change and each gradient, to the same bits.</remarks>
/// <param name="model">The model M.</param>
/// <param name="isSingle">Whether values and derivatives are computed in single precision, where the model can.</param>
/// <param name="mostBytes">The memory for prepared derivatives, in bytes.</param>
internal sealed class TrajectoryDerivatives(LinearizedModel model, bool isSingle, long mostBytes = TrajectoryDerivatives.UsualBytes) : IDisposable
{
    /// <summary>The memory that a worker takes for derivatives along a trajectory, unless it is told otherwise, in bytes.</summary>
    public const long UsualBytes = 1L << 29;

    private const double BytesOfEntry = 64; // an entry and step: two operands at each stage of four, in double precision

    private readonly ITangentMap _tangent = model.StartTangent(!isSingle);
    private readonly Lazy<IAdjointMap> _adjoint = new(() => model.StartAdjoint(!isSingle)); // which a window of one step does without
    private readonly int _size = model.Layout.Size;
    private readonly double[] _values = new double[model.Layout.Size]; // what a map gives besides
    private readonly double[] _next = new double[model.Layout.Size];
    private readonly List<IStateDerivative> _prepared = [];            // of the first steps
    private double[] _trajectory = [];                                 // [time, space]
    private ObservationTerms? _terms;
    private int _first;

    /// <summary>The model, in the derivatives' precision.</summary>
    public IStateMap Model => _tangent;

    /// <summary>Adds what workers' prepared derivatives take.</summary>
    /// <param name="need">What is needed besides.</param>
    /// <param name="states">The states of a trajectory.</param>
    /// <param name="size">The entries of a state.</param>
    /// <param name="workers">The number of workers.</param>
    /// <returns>The memory needed.</returns>
    public static MemoryNeed AddTo(MemoryNeed need, double states, int size, int workers) =>
        need.Add("prepared derivatives along trajectories", Math.Min(UsualBytes, states * size * BytesOfEntry), workers);

    /// <summary>Takes a trajectory, which is not to change as long as its derivatives are asked for.</summary>
    /// <param name="trajectory">The states. [time, space]</param>
    /// <param name="terms">What knows the forcing.</param>
    /// <param name="first">The row of the first state in the terms.</param>
    /// <param name="count">The number of states.</param>
    public void Linearize(double[] trajectory, ObservationTerms terms, int first, int count)
    {
        (_trajectory, _terms, _first) = (trajectory, terms, first);
        _prepared.Clear();
        var bytes = 0L;
        for (var k = 0; k + 1 < count && bytes < mostBytes; k++)
        {
            if (_adjoint.Value.Linearize(State(k), terms.Forcing(first + k)) is not { } derivative)
            {
                return;
            }

            _prepared.Add(derivative);
            bytes += derivative.Bytes;
        }
    }

    /// <summary>Takes a change of one state to that of the next.</summary>
    /// <param name="k">The row of the state in the trajectory.</param>
    /// <param name="change">The change, overwritten. [space]</param>
    public void Push(int k, double[] change)
    {
        if (k < _prepared.Count)
        {
            _prepared[k].Push(change, _next);
        }
        else
        {
            _tangent.Push(State(k), change, _values, _next, 1, _terms!.Forcing(_first + k));
        }

        _next.CopyTo(change, 0);
    }

    /// <summary>Takes the gradient of any cost by a state to that by the state before.</summary>
    /// <param name="k">The row of the state before in the trajectory.</param>
    /// <param name="gradient">The gradient, overwritten. [space]</param>
    public void Pull(int k, double[] gradient)
    {
        if (k < _prepared.Count)
        {
            _prepared[k].Pull(gradient, _next);
        }
        else
        {
            _adjoint.Value.Pull(State(k), gradient, _values, _next, 1, _terms!.Forcing(_first + k));
        }

        _next.CopyTo(gradient, 0);
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _tangent.Dispose();
        if (_adjoint.IsValueCreated)
        {
            _adjoint.Value.Dispose();
        }
    }

    private ReadOnlySpan<double> State(int k) => _trajectory.AsSpan(k * _size, _size);
}
