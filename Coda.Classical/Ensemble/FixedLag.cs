using System.Numerics.Tensors;
using Coda.Data.Algebra;

namespace Coda.Classical.Ensemble;

/// <summary>Carries the updates of a filter back to the states of the last steps (Evensen and van Leeuwen, 2000; Evensen, 2003, section 4.2).</summary>
/// <remarks>
/// The state of step s is to be changed by the updates of s + 1 to s + L. Products of updates are kept instead: of those of each stretch of L steps backwards
/// from its end, and of those since. So a step costs four products of N × N matrices, whatever the lag, and each state is changed twice.
/// Takes L · N · (K + N) numbers of memory.
/// </remarks>
internal sealed class FixedLag : ILagged
{
    private readonly int _members;
    private readonly int _size;
    private readonly Slot[] _front;
    private readonly Slot[] _back;
    private readonly EnsembleTransform _since;
    private readonly EnsembleTransform _suffix;
    private readonly double[] _scratch;
    private int _frontStart;
    private int _frontEnd;
    private int _backCount;
    private bool _isSinceTrivial = true;

    /// <summary>Makes a smoother.</summary>
    /// <param name="lag">The number of steps L that updates are carried back, at least 1.</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="size">The length of one state.</param>
    public FixedLag(int lag, int members, int size)
    {
        (_members, _size) = (members, size);
        (_since, _suffix, _scratch) = (new(members), new(members), new double[(members + 1) * size]);
        (_front, _back) = (Slots(), Slots());

        Slot[] Slots() => [.. Enumerable.Range(0, lag).Select(_ => new Slot(new double[size], new double[members * size], new EnsembleTransform(members)))];
    }

    /// <inheritdoc/>
    public int Waiting => _frontEnd - _frontStart + _backCount;

    /// <inheritdoc/>
    public bool Push(EnsembleState state, EnsembleTransform? update, Span<double> mean, Span<double> spread)
    {
        var isFull = Waiting == _back.Length;
        if (isFull && _frontStart == _frontEnd)
        {
            Turn();
        }

        var slot = _back[_backCount];
        state.Mean.CopyTo(slot.Mean, 0);
        state.Anomalies.CopyTo(slot.Anomalies, 0);
        slot.HasUpdate = update is not null;
        if (update is not null)
        {
            slot.Update.CopyFrom(update);
            Since(update);
        }

        _backCount++;
        if (isFull)
        {
            Take(mean, spread);
        }

        return isFull;
    }

    /// <inheritdoc/>
    public void Flush(Span<double> mean, Span<double> spread)
    {
        if (_frontStart == _frontEnd)
        {
            Turn();
        }

        Take(mean, spread);
    }

    private void Since(EnsembleTransform update)
    {
        if (_isSinceTrivial)
        {
            _since.CopyFrom(update);
        }
        else
        {
            _since.Then(update);
        }

        _isSinceTrivial = false;
    }

    // The states that came since the last turn are changed by what came after them, backwards.
    private void Turn()
    {
        for (var i = 0; i < _backCount; i++)
        {
            (_front[i], _back[i]) = (_back[i], _front[i]);
        }

        (_frontStart, _frontEnd, _backCount, _isSinceTrivial) = (0, _backCount, 0, true);
        var isTrivial = true;
        for (var i = _frontEnd - 2; i >= 0; i--)
        {
            if (_front[i + 1].HasUpdate)
            {
                if (isTrivial)
                {
                    _suffix.CopyFrom(_front[i + 1].Update);
                }
                else
                {
                    _suffix.After(_front[i + 1].Update);
                }

                isTrivial = false;
            }

            if (!isTrivial)
            {
                _suffix.Apply(_front[i].Mean, _front[i].Anomalies, _scratch);
            }
        }
    }

    private void Take(Span<double> mean, Span<double> spread)
    {
        var slot = _front[_frontStart++];
        slot.Mean.CopyTo(mean);
        var anomalies = slot.Anomalies;
        if (!_isSinceTrivial)
        {
            DenseProduct<double>.Multiply(_since.Matrix, anomalies, _scratch, _members + 1, _members, _size);
            TensorPrimitives.Add(mean, _scratch.AsSpan(_members * _size, _size), mean);
            anomalies = _scratch;
        }

        EnsembleState.Spread(anomalies, _members, spread);
    }

    private sealed record Slot(double[] Mean, double[] Anomalies, EnsembleTransform Update)
    {
        public bool HasUpdate { get; set; }
    }
}
