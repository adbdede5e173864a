using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Windows;

namespace AudioCodec.Generation.Takes;

/// <summary>Layouts of windows, and the steps that have to be taken to fill them.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="extraFrames">As <see cref="TakeSettings.ExtraFrames"/>.</param>
internal sealed class WindowSteps(CodebookPattern pattern, bool extraFrames)
{
    // All windows of a piece but the first and the last have the same length.
    private readonly Dictionary<int, PatternLayout> _layouts = [];

    /// <summary>The layout of a window, with the frames that are dropped.</summary>
    public PatternLayout Layout(GenerationWindow window)
    {
        if (!_layouts.TryGetValue(window.Frames, out PatternLayout? layout))
        {
            layout = pattern.Layout(window.Frames);
            layout = extraFrames && layout.MaxDelay > 0 ? pattern.Layout(window.Frames + layout.MaxDelay) : layout;
            _layouts.Add(window.Frames, layout);
        }

        return layout;
    }

    /// <summary>The first step to fill: all before it are known.</summary>
    /// <exception cref="ArgumentException">The pattern has no step of special tokens, from which a model makes the first codes.</exception>
    public int First(GenerationWindow window) => Layout(window).FirstStepOf(window.PromptFrames) is int step and > 0
        ? step
        : throw new ArgumentException($"The pattern '{pattern}' begins with codes: nothing comes before them that they could be made from.");

    /// <summary>The last step to fill: then all frames of the window are complete.</summary>
    public int Last(GenerationWindow window)
    {
        PatternLayout layout = Layout(window);
        int last = 0;
        for (int frame = window.PromptFrames; frame < window.Frames; frame++)
        {
            last = Math.Max(last, layout.LastStepOf(frame));
        }

        return last;
    }
}
