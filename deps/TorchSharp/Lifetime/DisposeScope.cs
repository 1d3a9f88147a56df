using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp;

/// <summary>
/// Disposes, at its end, the tensors that its thread made while it was the innermost scope and that were not moved out of it.
/// Belongs to the thread that made it.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private readonly List<Tensor> _tensors = [];
    private DisposeScopeManager? _manager;

    internal DisposeScope(DisposeScopeManager manager)
    {
        _manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    /// <summary>A copy of the list of what the scope holds.</summary>
    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            _ = Manager;
            return [.. _tensors];
        }
    }

    /// <summary>How many tensors the scope holds.</summary>
    public int DisposablesCount
    {
        get
        {
            _ = Manager;
            return _tensors.Count;
        }
    }

    private DisposeScopeManager Manager => _manager ?? throw new ObjectDisposedException(GetType().FullName);

    public bool Contains(IDisposable disposable) => disposable is Tensor tensor && tensor.OwningDisposeScope == this;

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        MoveToOther(OuterScope, first, second);

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => MoveToOther(OuterScope, first, second, third);

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, (IEnumerable<IDisposable>)disposables);
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable
    {
        Move(scope, first);
        Move(scope, second);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        Move(scope, first);
        Move(scope, second);
        Move(scope, third);
        return (first, second, third);
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
            Move(scope, disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable => MoveToOther(null, disposable);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        MoveToOther(null, first, second);

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => MoveToOther(null, first, second, third);

    public void Detach(params IDisposable[] disposables) => MoveToOther(null, (IEnumerable<IDisposable>)disposables);
    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    public void Attach(IDisposable disposable) => Attach((IEnumerable<IDisposable>)[disposable]);
    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    /// <summary>Takes tensors over from whichever scope holds them, or from none.</summary>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        LifetimeStatistics statistics = Manager.StatisticsInstance.TensorStatistics;
        IReadOnlyList<IDisposable> all = [.. disposables];
        foreach (IDisposable disposable in all)
        {
            Tensor tensor = Managed(disposable);
            if (tensor.OwningDisposeScope == this)
                continue;
            tensor.OwningDisposeScope?.Remove(tensor);
            Add(tensor);
            statistics.AttachedToScopeCount++;
        }
        return all;
    }

    /// <summary>Disposes what the scope holds now; the scope goes on.</summary>
    public void DisposeEverything()
    {
        _ = Manager;
        while (_tensors.Count > 0)
            _tensors[^1].Dispose();
    }

    /// <summary>Disposes what the scope holds now, but for the tensors named; those stay in the scope.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        _ = Manager;
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in _tensors.ToArray())
        {
            if (!keep.Contains(tensor))
                tensor.Dispose();
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    /// <summary>Disposes what the scope holds and makes the outer scope the current one.</summary>
    public void Dispose()
    {
        if (_manager is null)
            return;
        DisposeEverything();
        _manager.RemoveDisposeScope(this);
        _manager = null;
    }

    /// <summary>Takes a tensor that was disposed off the list.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        _ = Manager;
        if (Contains(disposable))
            Remove((Tensor)disposable);
    }

    internal void Add(Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.SlotInScope = _tensors.Count;
        _tensors.Add(tensor);
    }

    // The last tensor takes the place of the removed one, so that a long scope over many short-lived tensors stays small.
    internal void Remove(Tensor tensor)
    {
        int slot = tensor.SlotInScope;
        Tensor last = _tensors[^1];
        _tensors[slot] = last;
        last.SlotInScope = slot;
        _tensors.RemoveAt(_tensors.Count - 1);
        tensor.OwningDisposeScope = null;
    }

    /// <summary>Puts one tensor in the place of another that hands its native tensor over.</summary>
    internal static void Replace(Tensor original, Tensor replacement)
    {
        DisposeScope? scope = original.OwningDisposeScope;
        if (scope is null)
            return;
        scope.Remove(original);
        scope.Add(replacement);
    }

    private void Move(DisposeScope? scope, IDisposable disposable)
    {
        DisposeScopeManager manager = Manager;
        if (!Contains(disposable) || scope == this)
            return;
        var tensor = (Tensor)disposable;
        Remove(tensor);
        if (scope is null)
            manager.StatisticsInstance.TensorStatistics.DetachedFromScopeCount++;
        else
            scope.Add(tensor);
    }

    private static Tensor Managed(IDisposable disposable) =>
        disposable as Tensor ?? throw new InvalidOperationException("DisposeScope can only manage Tensor");
}
