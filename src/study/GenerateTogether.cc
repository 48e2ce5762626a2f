#include "study/GenerateTogether.hh"

#include <algorithm>
#include <optional>

#include "comm/Together.hh"
#include "core/Timeline.hh"
#include "data/ShowerWriter.hh"
#include "sample/Packing.hh"
#include "study/ModelShowers.hh"

namespace caloforge::study {
namespace {

constexpr std::size_t at_once = 128;  ///< showers of all ranks together: what a rank holds does not grow

std::string pack(const data::ShowerBatch& batch) {
    std::string out;
    sample::put(out, batch.conditions);
    sample::put(out, batch.cells);
    return out;
}

data::ShowerBatch unpack(std::string_view bytes, const geometry::Readout& readout) {
    data::ShowerBatch out;
    out.readout = readout;
    sample::take(bytes, out.conditions);
    sample::take(bytes, out.cells);
    return out;
}

}  // namespace

void generate_like(const data::ShowerSet& set, const LikeOptions& options, infer::Team& team,
                   const std::filesystem::path& path, comm::Communicator& communicator) {
    const geometry::Readout readout = team.model().readout();
    const sample::Fields taken = team.model().conditions().fields();
    const std::size_t share = std::max<std::size_t>(at_once / communicator.ranks(), 1);
    std::optional<data::ShowerWriter> writer;
    comm::together(communicator, [&] {
        if (!communicator.first()) return;
        data::WriteOptions write;
        write.layout = data::usual_layout(readout);
        writer.emplace(path, readout, write);
    });
    const std::size_t at_a_time = share * communicator.ranks();
    const std::size_t rounds = (set.size() + at_a_time - 1) / at_a_time;
    for (std::size_t i = 0; i < options.copies * rounds; ++i) {
        const std::size_t round = i % rounds * at_a_time, before = i / rounds * set.size();
        data::ShowerBatch mine;
        comm::together(communicator, [&] {
            const core::timeline::Span span("generate", "validation");
            const std::size_t first = std::min(round + share * communicator.rank(), set.size());
            const std::size_t last = std::min(first + share, set.size());
            set.for_each_batch(first, last, share, [&](const data::ShowerBatch& batch, std::size_t number) {
                const auto& given = batch.conditions;
                sample::ColumnsView conditions(batch.size());
                for (const sample::Field& field : taken) {
                    if (given.has(field.name)) conditions.add(field.name, given.values(field.name));
                }
                auto made = make_showers(
                    team, sample::consecutive(options.seed, before + number, batch.size()), conditions);
                // What the model does not look at is still what its showers are compared for.
                for (const sample::Field& field : given.fields()) {
                    if (made.conditions.has(field.name)) continue;
                    std::ranges::copy(given.values(field.name), made.conditions.add(field).begin());
                }
                mine.conditions.append(made.conditions);
                mine.cells.insert(mine.cells.end(), made.cells.begin(), made.cells.end());
            });
        });
        const auto all = communicator.gather(pack(mine));
        comm::together(communicator, [&] {
            const core::timeline::Span span("write", "validation");
            for (std::size_t r = 0; writer && r < all.size(); ++r) {
                data::ShowerBatch batch = unpack(all[r], readout);
                if (batch.size() > 0) writer->append(std::move(batch));
            }
        });
    }
    comm::together(communicator, [&] {
        if (writer) writer->commit();
    });
}

}  // namespace caloforge::study
