#include "engine/cuda/ConvolutionCut.hh"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/cuda/ConvolutionShapes.hh"

namespace caloforge::engine::cuda {
namespace {

using PhaseTables = cpu::PhasedConvolution::PhaseTables;

/// Positions that follow each other in even steps.
struct Run {
    std::size_t begin = 0;
    std::size_t count = 0;
    std::int32_t in_step = 1;
    std::int32_t out_step = 1;
};

std::vector<Run> runs_of(const PhaseTables& phase) {
    std::vector<Run> out;
    const std::size_t all = phase.in_positions.size();
    for (std::size_t i = 0; i < all;) {
        Run run{i, 1};
        if (i + 1 < all) {
            run.in_step = phase.in_positions[i + 1] - phase.in_positions[i];
            run.out_step = phase.out_positions[i + 1] - phase.out_positions[i];
        }
        while (i + run.count < all) {
            const std::size_t next = i + run.count;
            if (phase.in_positions[next] - phase.in_positions[next - 1] != run.in_step ||
                phase.out_positions[next] - phase.out_positions[next - 1] != run.out_step)
                break;
            ++run.count;
        }
        out.push_back(run);
        i += run.count;
    }
    return out;
}

/// The most taps, of `group_sizes`, that follow each other everywhere.
int together(const PhaseTables& phase) {
    const auto fits = [&](int size) {
        const auto count = static_cast<std::size_t>(size);
        if (phase.taps.size() % count != 0) return false;
        for (std::size_t t = 0; t < phase.taps.size(); ++t) {
            if (t % count != 0 && phase.taps[t] != phase.taps[t - 1] + 1) return false;
        }
        return true;
    };
    const auto best = std::find_if(group_sizes.rbegin(), group_sizes.rend(),
                                   [&](int size) { return size > 0 && fits(size); });
    return *best;
}

/// Instructions of a warp for a run in tiles of P cells, about: multiply-adds, loads, and what the loop
/// needs.
double cost(std::size_t cells, int filters, int positions, int taps) {
    const auto tiles = static_cast<double>((cells + static_cast<std::size_t>(positions) - 1) /
                                           static_cast<std::size_t>(positions));
    const int multiply_adds = positions * filters * taps, inputs = positions + taps - 1;
    const int weights = taps * ((filters + 3) / 4), loop = 6;
    return tiles * static_cast<double>(multiply_adds + 2 * (inputs + weights) + loop) / taps;
}

/// The tile for a run: all of it, no smaller than the run unless it is a single cell.
int tile_for(const Run& run, int filters, int taps) {
    int best = 1;
    with_tile_sizes(filters, [&](const auto& sizes) {
        double least = std::numeric_limits<double>::infinity();
        for (const int positions : sizes) {
            if (static_cast<std::size_t>(positions) > run.count) continue;
            const double needs = cost(run.count, filters, positions, positions > 1 ? taps : 1);
            if (needs >= least) continue;
            least = needs;
            best = positions;
        }
    });
    return best;
}

/// Filters [first, first + count) in blocks of `each`.
struct FilterBlocks {
    std::size_t first = 0;
    std::size_t count = 0;
    int each = 1;
};

std::vector<FilterBlocks> blocks_of(std::size_t filters) {
    std::vector<FilterBlocks> out;
    const std::size_t largest = static_cast<std::size_t>(filter_counts.front());
    const std::size_t whole = filters / largest * largest, rest = filters - whole;
    if (whole > 0) out.push_back({0, whole, filter_counts.front()});
    if (rest == 0) return out;
    // The smallest that holds them: what it computes beyond is not written.
    const auto fits = std::find_if(filter_counts.rbegin(), filter_counts.rend(),
                                   [&](int count) { return static_cast<std::size_t>(count) >= rest; });
    out.push_back({whole, rest, *fits});
    return out;
}

/// The kernels of one block of filters, by shape and steps.
class Cutter {
  public:
    Cutter(const cpu::PhasedConvolution& convolution, const FilterBlocks& blocks, Tables& tables)
        : convolution_(convolution), blocks_(blocks), tables_(tables) {
        step_ = blocks.each <= 2 ? static_cast<std::size_t>(blocks.each)
                                 : (static_cast<std::size_t>(blocks.each) + 3) / 4 * 4;
    }

    std::vector<ConvolutionWork> works() {
        for (const PhaseTables& phase : convolution_.phase_tables()) add(phase);
        std::vector<float> start;
        for (std::size_t f = 0; f < padded_filters(); f += each())
            push_padded(start, convolution_.start().data() + blocks_.first, f);
        const Table<float> start_table = tables_.add(start);
        std::vector<ConvolutionWork> out;
        for (auto& [key, group] : groups_) {
            ConvolutionWork work;
            work.shape = {blocks_.each, key.positions, key.together};
            work.tiles = tables_.add(group.tiles);
            work.phases = tables_.add(group.phases);
            work.start = start_table;
            work.tile_count = static_cast<std::uint32_t>(group.tiles.size());
            work.first_filter = static_cast<std::uint32_t>(blocks_.first);
            work.filters = static_cast<std::uint32_t>(blocks_.count);
            work.filter_stride = static_cast<std::uint32_t>(convolution_.out_cells());
            work.in_step = static_cast<std::uint32_t>(key.in_step);
            work.out_step = static_cast<std::uint32_t>(key.out_step);
            out.push_back(work);
        }
        return out;
    }

  private:
    struct Key {
        int positions, together;
        std::int32_t in_step, out_step;
        auto operator<=>(const Key&) const = default;
    };
    struct Group {
        std::vector<ConvolutionTile> tiles;
        std::vector<ConvolutionPhase> phases;
    };

    std::size_t each() const { return static_cast<std::size_t>(blocks_.each); }
    std::size_t padded_filters() const { return (blocks_.count + each() - 1) / each() * each(); }

    // F numbers from `values`, zeros where there are no more filters and up to the step.
    void push_padded(std::vector<float>& to, const float* values, std::size_t first) const {
        for (std::size_t f = 0; f < step_; ++f)
            to.push_back(f < each() && first + f < blocks_.count ? values[first + f] : 0.0F);
    }

    // (filter blocks, taps, step)
    Table<float> weights(const PhaseTables& phase) {
        std::vector<float> out;
        for (std::size_t f = 0; f < padded_filters(); f += each()) {
            for (std::size_t t = 0; t < phase.taps.size(); ++t)
                push_padded(out, phase.weights + t * convolution_.filters() + blocks_.first, f);
        }
        return tables_.add(out);
    }

    void add(const PhaseTables& phase) {
        const Table<float> weight_table = weights(phase);
        const int taps_together = together(phase);
        std::map<int, Table<std::int32_t>> taps;  // by size of their groups
        std::map<Key, std::size_t> numbers;       // of this phase among those of a group
        for (const Run& run : runs_of(phase)) {
            const int sharing = run.in_step == 1 ? taps_together : 1;
            const int positions = tile_for(run, blocks_.each, sharing);
            Key key{positions,
                    positions == 1     ? 1
                    : run.in_step == 1 ? sharing
                                       : 0,
                    run.in_step, run.out_step};
            if (positions == 1) key.in_step = key.out_step = 1;
            const int size = std::max(key.together, 1);
            if (!taps.contains(size)) taps[size] = tables_.add(firsts(phase, size));
            Group& group = groups_[key];
            if (!numbers.contains(key)) {
                numbers[key] = group.phases.size();
                group.phases.push_back(
                    {taps[size], weight_table,
                     static_cast<std::uint32_t>(phase.taps.size()) / static_cast<std::uint32_t>(size)});
            }
            const auto tile = static_cast<std::size_t>(positions);
            for (std::size_t p = 0; p < run.count; p += tile) {
                // The last begins earlier, so that all of it lies in the run.
                const std::size_t begin = std::min(p, run.count - tile);
                group.tiles.push_back({static_cast<std::uint32_t>(phase.in_positions[run.begin + begin]),
                                       static_cast<std::uint32_t>(phase.out_positions[run.begin + begin]),
                                       static_cast<std::uint16_t>(numbers[key]),
                                       static_cast<std::uint16_t>(p - begin)});
            }
        }
    }

    static std::vector<std::int32_t> firsts(const PhaseTables& phase, int size) {
        std::vector<std::int32_t> out;
        for (std::size_t t = 0; t < phase.taps.size(); t += static_cast<std::size_t>(size))
            out.push_back(phase.taps[t]);
        out.push_back(0);
        return out;
    }

    const cpu::PhasedConvolution& convolution_;
    FilterBlocks blocks_;
    Tables& tables_;
    std::size_t step_;
    std::map<Key, Group> groups_;
};

}  // namespace

std::vector<ConvolutionWork> cut(const cpu::PhasedConvolution& convolution, Tables& tables) {
    std::vector<ConvolutionWork> out;
    for (const FilterBlocks& blocks : blocks_of(convolution.filters())) {
        for (ConvolutionWork& work : Cutter(convolution, blocks, tables).works()) out.push_back(work);
    }
    return out;
}

}  // namespace caloforge::engine::cuda
