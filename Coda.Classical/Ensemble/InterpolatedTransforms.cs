using System.Numerics.Tensors;
using Coda.Data.Algebra;

namespace Coda.Classical.Ensemble;

/// <summary>Ensemble transforms at the nodes of a coarse lattice, each from the observations near it, interpolated to the points between.</summary>
/// <remarks>
/// Yang, Kalnay, Hunt and Bowler (2009), doi:10.1002/qj.353: transforms vary as slowly as the taper does, so that nodes some way apart below the radius lose
/// nothing, while it is they that cost. A tile computes the nodes about it by itself, those of its border as its neighbours do.
/// </remarks>
internal sealed class InterpolatedTransforms : LocalAnalysis
{
    private readonly CoarseLattice _lattice;
    private readonly int _members;
    private readonly double _inflation;

    /// <summary>Makes the update of one trajectory.</summary>
    /// <param name="localization">What is near what, with its lattice.</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="inflation">The factor on the analyzed anomalies.</param>
    /// <param name="workers">The tiles worked on at the same time; they change no bit.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    public InterpolatedTransforms(Localization localization, int members, double inflation, int workers = 1, CancellationToken cancellation = default)
        : base(localization, workers, cancellation) => (_lattice, _members, _inflation) = (localization.Lattice!, members, inflation);

    /// <inheritdoc/>
    protected override LocalTile MakeTile() => new Tile(this);

    private sealed class Tile(InterpolatedTransforms all) : LocalTile(all.Localization, all.Near, all._members, all._members, all._inflation)
    {
        private readonly EnsembleSpectrum _spectrum = new(all._members);
        private readonly EnsembleTransform _transform = new(all._members);
        private readonly int[] _corners = new int[all._lattice.Corners];
        private readonly double[] _shares = new double[all._lattice.Corners];
        private readonly Dictionary<int, int> _numbers = []; // of nodes
        private readonly List<int> _nodes = [];
        private readonly List<List<(int Point, double Share)>> _users = []; // of each node
        private double[] _tapered = [];
        private double[] _innovation = [];
        private double[] _before = []; // the rows before the update, [row, member]
        private double[] _some = [];   // those that a node changes, [row, member]
        private double[] _changed = [];

        /// <inheritdoc/>
        protected override ReadOnlySpan<int> Centres(ReadOnlySpan<int> points)
        {
            _numbers.Clear();
            _nodes.Clear();
            _users.ForEach(users => users.Clear());
            for (var point = 0; point < points.Length; point++)
            {
                all._lattice.Around(points[point], _corners, _shares);
                for (var corner = 0; corner < _corners.Length; corner++)
                {
                    if (_shares[corner] > 0)
                    {
                        _users[NumberOf(_corners[corner])].Add((point, _shares[corner]));
                    }
                }
            }

            return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_nodes);
        }

        /// <inheritdoc/>
        protected override void Update(EnsembleObservations observations)
        {
            Grow(ref _before, RowCount * Members);
            for (var row = 0; row < RowCount; row++)
            {
                Row(row).CopyTo(_before.AsSpan(row * Members));
                Row(row).Clear();
            }

            for (var node = 0; node < _nodes.Count; node++)
            {
                Transform(node, observations);
                for (var first = 0; first < RowCount; first += PointCount)
                {
                    Change(_users[node], first);
                }
            }
        }

        private int NumberOf(int node)
        {
            if (!_numbers.TryGetValue(node, out var number))
            {
                number = _nodes.Count;
                _numbers.Add(node, number);
                _nodes.Add(node);
                if (_users.Count < _nodes.Count)
                {
                    _users.Add([]);
                }
            }

            return number;
        }

        private void Transform(int node, EnsembleObservations observations)
        {
            var (weights, near) = (WeightsAt(node).ToArray(), 0);
            Grow(ref _tapered, weights.Length * Members);
            Grow(ref _innovation, weights.Length);
            for (var i = 0; i < weights.Length; i++)
            {
                if (weights[i] >= LocalWeights.Least)
                {
                    var root = Math.Sqrt(weights[i]);
                    TensorPrimitives.Multiply(observations.Anomalies.AsSpan(Observed[i] * Members, Members), root, _tapered.AsSpan(near * Members, Members));
                    _innovation[near++] = root * observations.Innovation[Observed[i]];
                }
            }

            if (near == 0)
            {
                _transform.Clear();
                return;
            }

            _spectrum.Decompose(_tapered.AsSpan(0, near * Members), _innovation.AsSpan(0, near), near);
            _transform.Set(_spectrum, static l => 1 / (1 + l), static l => 1 / Math.Sqrt(1 + l));
        }

        // Adds a node's share of the changed rows of its points.
        private void Change(List<(int Point, double Share)> users, int first)
        {
            Grow(ref _some, users.Count * Members);
            Grow(ref _changed, users.Count * Members);
            for (var i = 0; i < users.Count; i++)
            {
                _before.AsSpan((first + users[i].Point) * Members, Members).CopyTo(_some.AsSpan(i * Members));
            }

            DenseProduct<double>.Multiply(_some, _transform.Anomalies, _changed, users.Count, Members, Members); // T is symmetric
            for (var i = 0; i < users.Count; i++)
            {
                var (row, share) = (first + users[i].Point, users[i].Share);
                Mean(row) += share * TensorPrimitives.Dot<double>(_transform.Mean, _some.AsSpan(i * Members, Members));
                TensorPrimitives.MultiplyAdd(_changed.AsSpan(i * Members, Members), share, Row(row), Row(row));
            }
        }
    }
}
