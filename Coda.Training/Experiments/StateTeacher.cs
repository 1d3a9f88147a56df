namespace Coda.Training.Experiments;

/// <summary>Whose states a network is fitted to.</summary>
public enum StateTeacher
{
    /// <summary>Those that a smoother makes of the whole training record, from its observations alone.</summary>
    Reanalysis,

    /// <summary>The truth of a twin experiment, as published: no real record has one.</summary>
    Truth,
}
