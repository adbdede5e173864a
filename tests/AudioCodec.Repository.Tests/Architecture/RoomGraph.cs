using System.Text;
using Microsoft.CodeAnalysis;

namespace AudioCodec.Repository.Tests.Architecture;

/// <summary>The folders of a project that hold code, and which of them uses which.</summary>
internal sealed class RoomGraph
{
    /// <summary>The project's own folder.</summary>
    public const string Root = "(root)";

    private readonly SortedDictionary<string, SortedDictionary<string, string>> _arrows = new(StringComparer.Ordinal);

    private RoomGraph(IEnumerable<string> rooms)
    {
        foreach (string room in rooms)
        {
            _arrows.TryAdd(room, new(StringComparer.Ordinal));
        }
    }

    /// <summary>The rooms: paths of folders below the project's.</summary>
    public IEnumerable<string> Rooms => _arrows.Keys;

    /// <summary>Which room uses which, and one place where it does.</summary>
    public IEnumerable<(string From, string To, string Where)> Arrows => _arrows.SelectMany(from => from.Value.Select(to => (from.Key, to.Key, to.Value)));

    /// <summary>Draws the graph of a project from its code.</summary>
    public static RoomGraph Of(SourceProject project)
    {
        var graph = new RoomGraph(project.Files.Select(project.RoomOf));
        foreach (TypeUse use in project.Uses)
        {
            string from = project.RoomOf(use.File);
            foreach (string to in use.Type.DeclaringSyntaxReferences.Select(part => project.RoomOf(part.SyntaxTree.FilePath)).Where(to => to != from))
            {
                graph._arrows[from].TryAdd(to, $"{from}/{Path.GetFileName(use.File)}({use.Line}) uses {use.Type.Name}");
            }
        }

        return graph;
    }

    /// <summary>Rooms that use each other, directly or by way of others: one circle after the other, with its arrows.</summary>
    public IEnumerable<string> Circles()
    {
        var reach = Rooms.ToDictionary(room => room, Reachable);
        return Rooms.Where(room => reach[room].Contains(room))
            .GroupBy(room => reach[room].Where(other => reach[other].Contains(room)).Min(StringComparer.Ordinal))
            .Select(circle => string.Join('\n', Arrows.Where(arrow => circle.Contains(arrow.From) && circle.Contains(arrow.To))
                .Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Where}").Prepend($"{string.Join(", ", circle)} use each other:")));
    }

    /// <summary>The graph as text: each room, and the rooms that it uses.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string room, SortedDictionary<string, string> used) in _arrows)
        {
            text.Append("    ").Append(room).Append(used.Count > 0 ? " -> " : "").AppendJoin(", ", used.Keys).Append('\n');
        }

        return text.ToString();
    }

    private HashSet<string> Reachable(string room)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>(_arrows[room].Keys);
        while (next.TryDequeue(out string? reached))
        {
            if (seen.Add(reached))
            {
                foreach (string further in _arrows[reached].Keys)
                {
                    next.Enqueue(further);
                }
            }
        }

        return seen;
    }
}
