namespace AudioCodec.Generation.Windows;

/// <summary>A stretch of frames that a model makes in one go.</summary>
/// <param name="FirstFrame">Its first frame in the whole piece.</param>
/// <param name="PromptFrames">Frames at its beginning that are there already.</param>
/// <param name="Frames">Its frames, those included.</param>
internal readonly record struct GenerationWindow(long FirstFrame, int PromptFrames, int Frames);
