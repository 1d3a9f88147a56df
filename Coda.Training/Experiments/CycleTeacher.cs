namespace Coda.Training.Experiments;

/// <summary>What a learned sequential analysis is fitted to.</summary>
public enum CycleTeacher
{
    /// <summary>The states that a smoother makes of the whole training record, from its observations alone.</summary>
    Reanalysis,

    /// <summary>The observations themselves: those of the next steps, and those withheld (after McCabe and Brown, 2021).</summary>
    Observations,

    /// <summary>The truth of a twin experiment, as published: no real record has one.</summary>
    Truth,
}
