namespace AudioCodec.Cli;

/// <summary>A command line that parses, but asks for something that does not go together.</summary>
/// <param name="message">What was asked for and what to ask for instead.</param>
internal sealed class UsageException(string message) : Exception(message);
