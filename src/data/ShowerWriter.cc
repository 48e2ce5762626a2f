#include "data/ShowerWriter.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/Error.hh"
#include "data/CaloChallenge.hh"
#include "data/CellCheck.hh"
#include "data/ColumnWriter.hh"

namespace caloforge::data {
using core::InputError;
using core::RunError;
using geometry::ReadoutGrid;
namespace {

/// A stretch of showers of one batch; batches are shared between the chunks cut from them.
struct Piece {
    std::shared_ptr<const ShowerBatch> batch;
    std::size_t first = 0;
    std::size_t count = 0;
};

/// Copies the showers of `pieces` into a chunk, in file order and unit. Shower numbers start at
/// `first_shower`.
void fill_cells(const std::vector<Piece>& pieces, const ReadoutGrid& grid, Layout layout, float scale,
                std::size_t first_shower, std::span<float> out) {
    std::size_t row = 0;
    for (const Piece& piece : pieces) {
        for (std::size_t i = piece.first; i < piece.first + piece.count; ++i, ++row) {
            const auto in = piece.batch->shower(i);
            if (const auto bad = find_bad_cell(in)) {
                throw RunError(
                    fmt::format("shower {} has {} GeV in {} (energies are finite and not negative). "
                                "Is the model damaged?",
                                first_shower + row, in[*bad], cell_text(grid, *bad)));
            }
            const auto target = out.subspan(row * grid.cells(), grid.cells());
            if (layout == Layout::calochallenge)
                to_calochallenge_order(grid, in, target);
            else
                std::copy(in.begin(), in.end(), target.begin());
            if (scale != 1) {
                for (float& value : target) value *= scale;
            }
        }
    }
}

const WriteOptions& checked(const WriteOptions& options, const ReadoutGrid& grid) {
    if (grid.cells() == 0)
        throw InputError("cannot write showers of an empty grid. Is the detector's grid set?");
    if (options.gzip_level < 0 || options.gzip_level > 9) {
        throw InputError(fmt::format("the gzip level {} is not valid (0 to 9). Take 1?", options.gzip_level));
    }
    if (options.chunk_showers == 0 || options.chunk_showers > (std::size_t{1} << 26) / grid.cells() + 1) {
        throw InputError(fmt::format("chunks of {} showers are not valid (0, or too large). Take 8?",
                                     options.chunk_showers));
    }
    if (!(options.scale >= 0) || !std::isfinite(options.scale)) {
        throw InputError(fmt::format("the scale {} is not valid. Give a positive number?", options.scale));
    }
    return options;
}

}  // namespace

struct ShowerWriter::Impl {
    Impl(const std::filesystem::path& path, const ReadoutGrid& wanted_grid, const WriteOptions& wanted);

    void check(const ShowerBatch& batch) const;
    void add_columns(const ShowerBatch& batch);
    void cut_chunks(std::shared_ptr<const ShowerBatch> batch);
    void submit_chunk();
    void flush_columns();
    void close_all();
    template <class Visit>
    void for_each_column(Visit visit) {
        for (auto* column : {&target, &energy, &theta, &impact}) {
            if (*column) visit(**column);
        }
    }

    ReadoutGrid grid;
    WriteOptions options;
    float cell_scale = 1;
    float incident_scale = 1;
    hdf5::OutputFile file;
    GrowingDataset cells;
    std::optional<ColumnWriter> target;  ///< (N, 2): PDG code, incident energy
    std::optional<ColumnWriter> energy;  ///< (N), or (N, 1) for the CaloChallenge
    std::optional<ColumnWriter> theta;   ///< (N)
    std::optional<ColumnWriter> impact;  ///< (N, 2), made when the first batch holds it
    std::vector<Piece> pieces;           ///< of the chunk that is not full yet
    std::size_t piece_showers = 0;
    std::size_t size = 0;
    std::size_t chunks = 0;
    bool committed = false;
    std::optional<ChunkPipeline> pipeline;  ///< last: its threads use all above
};

namespace {

std::vector<std::size_t> cell_shape(const ReadoutGrid& grid, Layout layout) {
    if (layout == Layout::calochallenge) return {grid.cells()};
    return {grid.nx, grid.ny, grid.nz};
}

}  // namespace

ShowerWriter::Impl::Impl(const std::filesystem::path& path, const ReadoutGrid& wanted_grid,
                         const WriteOptions& wanted)
    : grid(wanted_grid),
      options(checked(wanted, wanted_grid)),
      file(path),
      cells(file, options.layout == Layout::calochallenge ? "showers" : "ECAL",
            cell_shape(grid, options.layout), options.chunk_showers, options.gzip_level) {
    const bool calochallenge = options.layout == Layout::calochallenge;
    const double unit = calochallenge ? calochallenge_unit : 1;
    cell_scale = static_cast<float>(options.scale > 0 ? options.scale : unit);
    const int gzip = options.gzip_level;
    if (calochallenge) {
        incident_scale = cell_scale;
        energy.emplace(file, "incident_energies", std::vector<std::size_t>{1}, gzip);
    } else {
        energy.emplace(file, "energy", std::vector<std::size_t>{}, gzip);
        if (grid.cell_x > 0) file.pair_attribute(cells.id(), cell_size_attribute, grid.cell_x, grid.cell_y);
    }
    if (options.layout == Layout::fixed_angle)
        target.emplace(file, "target", std::vector<std::size_t>{2}, gzip);
    if (options.layout == Layout::variable_angle)
        theta.emplace(file, "theta", std::vector<std::size_t>{}, gzip);
    if (!options.provenance.empty()) {
        file.text_attribute(file.id(), "caloforge",
                            options.provenance.dump(-1, ' ', true, core::Json::error_handler_t::replace));
    }
    pipeline.emplace(gzip);
}

void ShowerWriter::Impl::check(const ShowerBatch& batch) const {
    std::string problem;
    const std::size_t count = batch.size();
    if (!batch.grid.same_shape(grid)) {
        problem = fmt::format("its grid is {} x {} x {}, the file's {} x {} x {}", batch.grid.nx,
                              batch.grid.ny, batch.grid.nz, grid.nx, grid.ny, grid.nz);
    } else if (batch.cells.size() != count * grid.cells()) {
        problem = fmt::format("{} energies do not make {} showers", batch.cells.size(), count);
    } else if (batch.theta.size() != count && (!batch.theta.empty() || theta)) {
        problem = fmt::format("it has {} angles for {} showers", batch.theta.size(), count);
    } else if (batch.impact.size() != 2 * count && (!batch.impact.empty() || impact)) {
        problem = fmt::format("it has {} impact coordinates for {} showers", batch.impact.size(), count);
    } else if (!batch.impact.empty() && !impact && size > 0) {
        problem = "it has impact points, the batches before it had none";
    }
    if (problem.empty()) return;
    throw InputError(fmt::format("cannot write a batch to {} ({}). Do all batches come from one source?",
                                 file.target().string(), problem));
}

void ShowerWriter::Impl::add_columns(const ShowerBatch& batch) {
    if (size == 0 && !batch.impact.empty()) {
        impact.emplace(file, "impact", std::vector<std::size_t>{2}, options.gzip_level);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const float incident = batch.incident[i] * incident_scale;
        energy->add(*pipeline, {incident});
        if (target) target->add(*pipeline, {static_cast<float>(options.pdg_id), incident});
        if (theta) theta->add(*pipeline, {batch.theta[i]});
        if (impact) impact->add(*pipeline, {batch.impact[2 * i], batch.impact[2 * i + 1]});
    }
}

void ShowerWriter::Impl::cut_chunks(std::shared_ptr<const ShowerBatch> batch) {
    for (std::size_t first = 0; first < batch->size();) {
        const std::size_t count = std::min(options.chunk_showers - piece_showers, batch->size() - first);
        pieces.push_back({batch, first, count});
        piece_showers += count;
        size += count;
        first += count;
        if (piece_showers == options.chunk_showers) submit_chunk();
    }
}

void ShowerWriter::Impl::submit_chunk() {
    if (pieces.empty()) return;
    const std::size_t first_shower = size - piece_showers;
    pipeline->submit(
        {&cells, chunks++, size, [this, taken = std::move(pieces), first_shower](std::span<float> out) {
             fill_cells(taken, grid, options.layout, cell_scale, first_shower, out);
         }});
    pieces = {};
    piece_showers = 0;
}

void ShowerWriter::Impl::close_all() {
    submit_chunk();
    for_each_column([this](ColumnWriter& column) { column.flush(*pipeline); });
    pipeline->drain();
    const hdf5::Lock lock;
    for_each_column([](ColumnWriter& column) { column.close(); });
    cells.close();
    file.close();
}

ShowerWriter::ShowerWriter(std::filesystem::path path, const ReadoutGrid& grid, WriteOptions options)
    : impl_(std::make_unique<Impl>(path, grid, options)) {}

ShowerWriter::~ShowerWriter() = default;

void ShowerWriter::append(ShowerBatch batch) {
    impl_->pipeline->check();
    impl_->check(batch);
    if (batch.size() == 0) return;
    impl_->add_columns(batch);
    impl_->cut_chunks(std::make_shared<const ShowerBatch>(std::move(batch)));
}

void ShowerWriter::commit() {
    if (impl_->committed) return;
    if (size() == 0) {
        throw RunError(
            fmt::format("cannot finish {} (no shower was written to it). Is the number of showers 0?",
                        impl_->file.target().string()));
    }
    impl_->close_all();
    impl_->file.publish();
    impl_->committed = true;
}

std::size_t ShowerWriter::size() const {
    return impl_->size;
}

}  // namespace caloforge::data
