namespace AudioCodec.Benchmarks.Peers;

/// <summary>A network on an engine, ready to run on one input with a number of threads.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>Makes what the process shares ready for a turn of this engine.</summary>
    void BeginTurn();

    /// <summary>Runs the network once and leaves the output in the engine's own memory.</summary>
    void Run();

    /// <summary>Runs the network once: [C', T'], channel after channel.</summary>
    float[] Output();
}
