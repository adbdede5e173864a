namespace AudioCodec.Numerics;

/// <summary>Work that several threads share.</summary>
internal abstract class TeamJob
{
    /// <summary>Does one part. The parts run at the same time, and together do all the work, whatever their number.</summary>
    /// <param name="part">0 to <paramref name="parts"/> - 1.</param>
    /// <param name="parts">Number of parts.</param>
    public abstract void Run(int part, int parts);

    /// <summary>Called on a thread that has done its part, while others may still be at theirs or, of a worker, at what follows.</summary>
    /// <param name="part">As for <see cref="Run"/>.</param>
    /// <param name="parts">As for <see cref="Run"/>.</param>
    public virtual void RunAhead(int part, int parts)
    {
    }
}
