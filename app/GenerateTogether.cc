#include "GenerateTogether.hh"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "comm/Together.hh"
#include "core/Timeline.hh"
#include "data/ShowerWriter.hh"

namespace caloforge::app {
namespace {

constexpr std::size_t at_once = 128;  ///< showers of all ranks together: what a rank holds does not grow

// Ranks run on machines of one type: numbers go as they are, behind how many there are of each kind.
std::string pack(const data::ShowerBatch& batch) {
    std::string out;
    const std::array lists{&batch.incident, &batch.impact, &batch.cells};
    for (const auto* list : lists) {
        const std::uint64_t size = list->size();
        out.append(reinterpret_cast<const char*>(&size), sizeof size);
    }
    for (const auto* list : lists)
        out.append(reinterpret_cast<const char*>(list->data()), list->size() * sizeof(float));
    return out;
}

data::ShowerBatch unpack(const std::string& bytes, const geometry::ReadoutGrid& grid) {
    data::ShowerBatch out;
    out.grid = grid;
    const char* from = bytes.data();
    const auto take = [&](void* to, std::size_t size) {
        std::memcpy(to, from, size);
        from += size;
    };
    const std::array lists{&out.incident, &out.impact, &out.cells};
    for (auto* list : lists) {
        std::uint64_t size = 0;
        take(&size, sizeof size);
        list->resize(size);
    }
    for (auto* list : lists) take(list->data(), list->size() * sizeof(float));
    return out;
}

void append(std::vector<float>& to, const std::vector<float>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void generate_like(const data::ShowerSet& set, std::uint64_t seed, generate::ShowerGenerator& generator,
                   const std::filesystem::path& path, comm::Communicator& communicator) {
    const auto grid = generator.detector().grid();
    const std::size_t share = std::max<std::size_t>(at_once / communicator.ranks(), 1);
    std::optional<data::ShowerWriter> writer;
    comm::together(communicator, [&] {
        if (communicator.first()) writer.emplace(path, grid, data::WriteOptions{});
    });
    for (std::size_t round = 0; round < set.size(); round += share * communicator.ranks()) {
        data::ShowerBatch mine;
        comm::together(communicator, [&] {
            const core::timeline::Span span("generate", "validation");
            const std::size_t first = std::min(round + share * communicator.rank(), set.size());
            const std::size_t last = std::min(first + share, set.size());
            set.for_each_batch(first, last, share, [&](const data::ShowerBatch& batch, std::size_t number) {
                const auto made = generator.generate(seed, number, {batch.incident, batch.impact});
                append(mine.incident, made.incident);
                append(mine.impact, made.impact);
                append(mine.cells, made.cells);
            });
        });
        const auto all = communicator.gather(pack(mine));
        comm::together(communicator, [&] {
            const core::timeline::Span span("write", "validation");
            for (std::size_t r = 0; writer && r < all.size(); ++r) {
                data::ShowerBatch batch = unpack(all[r], grid);
                if (batch.size() > 0) writer->append(std::move(batch));
            }
        });
    }
    comm::together(communicator, [&] {
        if (writer) writer->commit();
    });
}

}  // namespace caloforge::app
