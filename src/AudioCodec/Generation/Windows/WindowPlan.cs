namespace AudioCodec.Generation.Windows;

/// <summary>Divides a piece of any length into windows as long as those that a model was trained on.</summary>
/// <remarks>
/// Each window begins a stride after the one before, and has what that one made from there on as its prompt. Whole frames throughout: AudioCraft's seconds in
/// floating point lose frames, or fail, at some lengths. Source: arXiv 2306.05284, section 4.1; audiocraft/models/genmodel.py.
/// </remarks>
internal static class WindowPlan
{
    /// <summary>The windows in order; none where the prompt is the whole piece.</summary>
    /// <param name="promptFrames">Frames that are given; of more than a window has, the last ones count.</param>
    /// <param name="totalFrames">Frames of the piece, the given ones included.</param>
    /// <param name="windowFrames">Most frames of a window.</param>
    /// <param name="strideFrames">Frames from one window to the next, 1 to the window's, less one frame if that is more than 1.</param>
    public static IEnumerable<GenerationWindow> Of(long promptFrames, long totalFrames, int windowFrames, int strideFrames)
    {
        long first = 0;
        long known = promptFrames;
        if (promptFrames >= windowFrames)
        {
            first = promptFrames - (windowFrames - strideFrames);
        }

        while (known < totalFrames)
        {
            int frames = (int)Math.Min(totalFrames - first, windowFrames);
            yield return new GenerationWindow(first, (int)(known - first), frames);
            known = first + frames;
            first += strideFrames;
        }
    }
}
