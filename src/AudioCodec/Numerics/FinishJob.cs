namespace AudioCodec.Numerics;

/// <summary>The work of <see cref="RowFinish"/>; each part does a run of elements.</summary>
internal sealed unsafe class FinishJob : TeamJob
{
    private float* _rows;
    private int _length;
    private Unfinished _what;
    private bool _keep;
    private float* _activated;

    public void Set(float* rows, int length, in Unfinished what, bool keep, float* activated)
    {
        _rows = rows;
        _length = length;
        _what = what;
        _keep = keep;
        _activated = activated;
    }

    public override void Run(int part, int parts)
    {
        // Parts are whole periods of the pattern. Without a normalization this job is not used.
        WorkShare share = WorkShare.OfBlocks(_length, _what.Norm!.Width, part, parts);
        RowFinish.Run(_rows + share.First, share.Count, _what, share.First, _keep, _activated is null ? null : _activated + share.First);
    }
}
